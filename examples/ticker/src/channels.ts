/** Everything that is quoted; a stock has a channel of its own below. */
export const QUOTES = "/quotes/*";

export const TEMPERATURE = "/temperature";

/** What clients call to hear what became of the quotes that were published for them. */
export const FIGURES = "figures";

export function quotesOf(symbol: string): string {
  return `/quotes/${symbol}`;
}
