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
    if (isWorn(this.#set, this.#deleted)) this.#renew();
    this.#set.add(value);
  }

  /** True when it was there. */
  delete(value: T): boolean {
    if (!this.#set.delete(value)) return false;
    this.#deleted++;
    return true;
  }

  #renew(): void {
    const renewed = new Set<T>();
    for (const value of this.#set) renewed.add(value);
    this.#set = renewed;
    this.#deleted = 0;
  }
}
