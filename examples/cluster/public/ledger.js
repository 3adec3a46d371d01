/** How many missing numbers of one window are remembered one by one. */
const MOST = 10_000;

/** What has come from one window, which counts from 1. Whoever listens later begins with the first number that comes. */
export class Ledger {
  last = 0;
  received = 0;
  doubled = 0;
  late = 0;
  #missing = new Set();

  get missing() {
    return this.#missing.size;
  }

  /** To be called for each number, in the order in which they come. */
  add(number) {
    this.received += 1;
    if (this.received === 1) this.last = number - 1;
    if (number > this.last) this.#goTo(number);
    else if (this.#missing.delete(number)) this.late += 1;
    else this.doubled += 1;
  }

  #goTo(number) {
    for (let left = this.last + 1; left < number && this.#missing.size < MOST; left++) {
      this.#missing.add(left);
    }
    this.last = number;
  }
}
