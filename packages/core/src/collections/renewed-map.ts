import { isWorn } from "./is-worn.ts";

/**
 * A map for what comes and goes, such as clients. It is what a `Map` is, but the garbage collector gets rid of what was
 * in it: when V8 moves the entries of a `Map` to a new table, as it does after some have been deleted, the old table
 * keeps pointing to the new one, for iterators (`OrderedHashTable::Rehash`). Once one of them is old, each keeps the next
 * alive, with what was in it then, until all garbage is collected, which takes a hundred times as long as to collect
 * what is new. So this one moves to a new `Map` before, which nothing old points to.
 *
 * What is added while somebody iterates may not be seen by them, and what is deleted after that may be.
 */
export class RenewedMap<K, V> implements Iterable<[K, V]> {
  #map = new Map<K, V>();
  #deleted = 0;

  get size(): number {
    return this.#map.size;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.#map[Symbol.iterator]();
  }

  keys(): MapIterator<K> {
    return this.#map.keys();
  }

  values(): MapIterator<V> {
    return this.#map.values();
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  set(key: K, value: V): void {
    if (isWorn(this.#map, this.#deleted)) this.#renew();
    this.#map.set(key, value);
  }

  /** True when it was there. */
  delete(key: K): boolean {
    if (!this.#map.delete(key)) return false;
    this.#deleted++;
    return true;
  }

  /** One by one: the constructor would make an array of each entry. */
  #renew(): void {
    const renewed = new Map<K, V>();
    for (const [key, value] of this.#map) renewed.set(key, value);
    this.#map = renewed;
    this.#deleted = 0;
  }
}
