import { RandomWalk } from "./random-walk.ts";

/** What is published of a stock. */
export interface Quote {
  readonly symbol: string;
  readonly price: number;
  /** Percent since the market was opened. */
  readonly change: number;
  /** Counts the quotes of all stocks, from 1. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export interface Stock {
  readonly symbol: string;
  readonly name: string;
  /** The price with which the market opens. */
  readonly opening: number;
}

/** Named after comets; none of them is for sale. */
export const STOCKS: readonly Stock[] = [
  { symbol: "ENCK", name: "Encke Optics", opening: 103.2 },
  { symbol: "HALY", name: "Halley Lines", opening: 76.04 },
  { symbol: "BIEL", name: "Biela Glass", opening: 12.6 },
  { symbol: "TMPL", name: "Tempel Foods", opening: 54.88 },
  { symbol: "FAYE", name: "Faye Tools", opening: 210.75 },
];

/** A market in which prices go up and down by chance. */
export class Market {
  readonly #walks = new Map<string, { readonly stock: Stock; readonly walk: RandomWalk }>();
  #sequence = 0;

  constructor(seed: number) {
    for (const [index, stock] of STOCKS.entries()) {
      this.#walks.set(stock.symbol, { stock, walk: new RandomWalk(stock.opening, seed + index) });
    }
  }

  has(symbol: string): boolean {
    return this.#walks.has(symbol);
  }

  /** The next quote of a stock that there is. */
  next(symbol: string): Quote {
    const { walk } = this.#listed(symbol);
    return this.#quote(symbol, walk.next());
  }

  /** Somebody has traded a stock that there is at this price; chance goes on from there. */
  trade(symbol: string, price: number): Quote {
    this.#listed(symbol).walk.jump(price);
    return this.#quote(symbol, price);
  }

  #quote(symbol: string, price: number): Quote {
    const { opening } = this.#listed(symbol).stock;
    const change = Math.round((price / opening - 1) * 10_000) / 100;
    this.#sequence += 1;
    return { symbol, price, change, sequence: this.#sequence, time: Date.now() };
  }

  #listed(symbol: string): { readonly stock: Stock; readonly walk: RandomWalk } {
    const listed = this.#walks.get(symbol);
    if (listed === undefined) throw new RangeError(`There is no stock "${symbol}".`);
    return listed;
  }
}
