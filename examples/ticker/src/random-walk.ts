/** How far a price goes in one step at the most, as a part of itself. */
const STRIDE = 0.004;

/** A price that goes up and down by chance: the same steps for the same seed. */
export class RandomWalk {
  #state: number;
  #price: number;

  constructor(start: number, seed: number) {
    this.#price = start;
    this.#state = seed >>> 0;
  }

  get price(): number {
    return this.#price;
  }

  /** Goes on from here. */
  jump(price: number): void {
    this.#price = price;
  }

  /** Takes a step, and says where it leads to, in whole cents. */
  next(): number {
    const moved = this.#price * (1 + STRIDE * (2 * this.#chance() - 1));
    this.#price = Math.max(0.01, Math.round(moved * 100) / 100);
    return this.#price;
  }

  /** From 0 up to 1: a linear congruential generator, of which the upper bits are the good ones. */
  #chance(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return (this.#state >>> 8) / 2 ** 24;
  }
}
