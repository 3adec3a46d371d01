/** Something that ends at a time that may be put off. */
export interface Expiring {
  /** Milliseconds on the host's clock. Change it through {@link ExpiryQueue.renew}. */
  expiresAt: number;
  /** The queue's own: the time under which it is filed, never later than `expiresAt`. */
  filedAt: number;
  /** The queue's own: where it stands in the heap. */
  slot: number;
}

/**
 * Finds what has expired without looking at what has not. A heap by time; putting an end off only writes the
 * new time down, and the entry is filed again when its old time comes.
 */
export class ExpiryQueue<T extends Expiring> {
  readonly #heap: T[] = [];

  add(item: T): void {
    item.filedAt = item.expiresAt;
    item.slot = this.#heap.length;
    this.#heap.push(item);
    this.#rise(item);
  }

  renew(item: T, expiresAt: number): void {
    item.expiresAt = expiresAt;
    if (expiresAt >= item.filedAt) return;
    item.filedAt = expiresAt;
    this.#rise(item);
  }

  remove(item: T): void {
    const last = this.#heap.pop();
    if (last === undefined || last === item) return;
    this.#place(last, item.slot);
    this.#rise(last);
    this.#sink(last);
  }

  /** Removes and returns the one that ended first. Undefined: nothing has ended. */
  takeExpired(now: number): T | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.filedAt > now) return;
      if (first.expiresAt <= now) {
        this.remove(first);
        return first;
      }
      first.filedAt = first.expiresAt;
      this.#sink(first);
    }
  }

  #rise(item: T): void {
    while (item.slot > 0) {
      const above = this.#heap[(item.slot - 1) >> 1] as T;
      if (above.filedAt <= item.filedAt) return;
      this.#swap(item, above);
    }
  }

  #sink(item: T): void {
    for (
      let below = this.#earlierBelow(item);
      below !== undefined;
      below = this.#earlierBelow(item)
    ) {
      this.#swap(item, below);
    }
  }

  #earlierBelow(item: T): T | undefined {
    const left = this.#heap[item.slot * 2 + 1];
    const right = this.#heap[item.slot * 2 + 2];
    const earlier =
      right !== undefined && left !== undefined && right.filedAt < left.filedAt ? right : left;
    return earlier !== undefined && earlier.filedAt < item.filedAt ? earlier : undefined;
  }

  #swap(a: T, b: T): void {
    const slot = a.slot;
    this.#place(a, b.slot);
    this.#place(b, slot);
  }

  #place(item: T, slot: number): void {
    this.#heap[slot] = item;
    item.slot = slot;
  }
}
