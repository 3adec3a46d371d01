import { isWorn } from "./is-worn.ts";

/**
 * A map for what comes and goes, such as clients. It is what a `Map` is, but the garbage collector gets rid of what was
 * in it: when V8 moves the entries of a `Map` to a new table, as it does after some have been deleted, the old table
 * keeps pointing to the new one, for iterators (`OrderedHashTable::Rehash`). Once one of them is old, each keeps the next
 * alive, with what was in it then, until all garbage is collected, which takes a hundred times as long as to collect
 * what is new. So this one moves to a new `Map` now and then, which nothing old points to.
 */
export class RenewedMap<K, V> implements Iterable<[K, V]> {
  #map = new Map<K, V>();
  #deleted = 0;

  get size(): number {
    return this.#map.size;
  }

  /** As that of a `Map`: passes over what is deleted before it comes there, and comes to what is added. */
  *[Symbol.iterator](): Generator<[K, V], void> {
    let seen: ReadonlyMap<K, V> | undefined;
    for (;;) {
      const map = this.#map;
      for (const entry of map) {
        const [key, value] = entry;
        if (seen !== undefined && has(seen, key, value)) continue;
        if (map === this.#map || has(this.#map, key, value)) yield entry;
      }
      if (map === this.#map) return;
      seen = map;
    }
  }

  *keys(): Generator<K, void> {
    for (const [key] of this) yield key;
  }

  *values(): Generator<V, void> {
    for (const [, value] of this) yield value;
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

function has<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): boolean {
  return map.get(key) === value && map.has(key);
}
