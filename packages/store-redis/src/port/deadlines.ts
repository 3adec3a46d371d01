import { type Cancel, RenewedSet, type StoreHost } from "@encke/core";

/** What did not come in time, or not before the end of all waiting. */
class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/** Waits for things, never without an end, and for nothing more when it is told so. */
export class Deadlines {
  readonly #host: Pick<StoreHost, "after">;
  readonly #pending = new RenewedSet<() => void>();
  #isOver = false;

  constructor(host: Pick<StoreHost, "after">) {
    this.#host = host;
  }

  /** Rejects with a {@link DeadlineError} when the promise has not settled after `ms` milliseconds. */
  within<T>(ms: number, promise: Promise<T>, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const refuse = (why: string): void => reject(new DeadlineError(`${what}: ${why}`));
      const over = this.#wait(
        ms,
        () => refuse(`not within ${ms} ms`),
        () => refuse("closed before that"),
      );
      promise.then(resolve, reject).finally(over);
    });
  }

  /** Settles after `ms` milliseconds, or at the end. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wait(ms, resolve, resolve);
    });
  }

  /** Ends what is waited for, and what will be. */
  end(): void {
    this.#isOver = true;
    for (const end of [...this.#pending]) end();
  }

  #wait(ms: number, onDue: () => void, onEnd: () => void): Cancel {
    if (this.#isOver) {
      onEnd();
      return () => {};
    }
    const forget = (): void => {
      cancel();
      this.#pending.delete(end);
    };
    const end = (): void => {
      forget();
      onEnd();
    };
    const cancel = this.#host.after(ms, () => {
      this.#pending.delete(end);
      onDue();
    });
    this.#pending.add(end);
    return forget;
  }
}
