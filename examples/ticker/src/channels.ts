/** Everything that is quoted; a stock has a channel of its own below. */
export const QUOTES = "/quotes/*";

export const TEMPERATURE = "/temperature";

/** Clients ask there what became of the quotes that were published for them. */
export const FIGURES = "/service/figures";

export function quotesOf(symbol: string): string {
  return `/quotes/${symbol}`;
}
