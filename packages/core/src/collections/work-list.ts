/** Places that are kept for what comes next. */
const MOST_KEPT = 4_096;

/**
 * What is to be done, in order, mostly for few at a time: to let an array grow anew for each few is a good part of what they
 * cost. Holds on to nothing that was taken.
 */
export class WorkList<T extends object> {
  #items: (T | undefined)[] = [];
  #size = 0;
  #next = 0;

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** How many it has had at a time and has kept places for. */
  get places(): number {
    return this.#items.length;
  }

  add(item: T): void {
    this.#items[this.#size++] = item;
  }

  /** Removes the first and returns it. */
  take(): T | undefined {
    if (this.isEmpty) return undefined;
    const item = this.#items[this.#next];
    this.#items[this.#next++] = undefined;
    if (this.#next === this.#size) this.#reset();
    return item;
  }

  #reset(): void {
    if (this.#size > MOST_KEPT) this.#items = [];
    this.#size = 0;
    this.#next = 0;
  }
}
