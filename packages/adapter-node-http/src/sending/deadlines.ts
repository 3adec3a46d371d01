import { RenewedMap } from "@encke/core";

/**
 * Items that all have the same time, and what to do with one whose time is over. One timer serves them all and
 * runs only while there are any, so that adding and deleting cost next to nothing.
 */
export class Deadlines<T> {
  readonly #ms: number;
  readonly #onExpired: (item: T) => void;
  /** In the order in which they expire. */
  readonly #items = new RenewedMap<T, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number, onExpired: (item: T) => void) {
    this.#ms = ms;
    this.#onExpired = onExpired;
  }

  get size(): number {
    return this.#items.size;
  }

  add(item: T): void {
    // Whole milliseconds: a number with a fraction is an object more for everything that waits.
    this.#items.set(item, Math.ceil(performance.now()) + this.#ms);
    this.#arm(this.#ms);
  }

  delete(item: T): void {
    this.#items.delete(item);
  }

  #arm(ms: number): void {
    // What waits has a socket, and that keeps the process alive as long as it is to live.
    this.#timer ??= setTimeout(this.#expire, ms).unref();
  }

  readonly #expire = (): void => {
    const now = performance.now();
    try {
      this.#expireUntil(now);
    } finally {
      this.#timer = undefined;
      for (const [, deadline] of this.#items) {
        this.#arm(deadline - now);
        break;
      }
    }
  };

  #expireUntil(now: number): void {
    for (const [item, deadline] of this.#items) {
      if (deadline > now) return;
      // One that expired before may have led to this one being deleted.
      if (this.#items.delete(item)) this.#onExpired(item);
    }
  }
}
