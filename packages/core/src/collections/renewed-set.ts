import { isWorn } from "./is-worn.ts";

/** A set for what comes and goes, for the same reason as a {@link RenewedMap}. */
export class RenewedSet<T> implements Iterable<T> {
  #set: Set<T>;
  #deleted = 0;

  constructor(values?: Iterable<T>) {
    this.#set = new Set(values);
  }

  get size(): number {
    return this.#set.size;
  }

  [Symbol.iterator](): SetIterator<T> {
    return this.#set.values();
  }

  has(value: T): boolean {
    return this.#set.has(value);
  }

  add(value: T): void {
    if (isWorn(this.#set, this.#deleted)) {
      this.#set = new Set(this.#set);
      this.#deleted = 0;
    }
    this.#set.add(value);
  }

  /** True when it was there. */
  delete(value: T): boolean {
    if (!this.#set.delete(value)) return false;
    this.#deleted++;
    return true;
  }
}
