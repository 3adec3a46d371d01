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

  /** As that of a `Set`: passes over what is deleted before it comes there, and comes to what is added. */
  *[Symbol.iterator](): Generator<T, void> {
    let seen: ReadonlySet<T> | undefined;
    for (;;) {
      const set = this.#set;
      for (const value of set) if (seen?.has(value) !== true && this.#set.has(value)) yield value;
      if (set === this.#set) return;
      seen = set;
    }
  }

  /** The same, and faster. The visitor must not add or delete. */
  visit(visitor: (value: T) => void): void {
    for (const value of this.#set) visitor(value);
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
