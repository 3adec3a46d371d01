import { type Awaitable, attempt, chain, isPromise } from "../ports/awaitable.ts";
import { CometError } from "../protocol/errors.ts";

/** The beginning of a Comet: everything waits until the store is open, and nothing waits after that. */
export class Opening {
  #pending: Promise<void> | undefined;
  #failure: CometError | undefined;

  constructor(open: () => Awaitable<void>) {
    const opened = attempt(open, (cause) => {
      this.#failure = new CometError("store_failed", "The store could not be opened.", { cause });
    });
    if (!isPromise(opened)) return;
    this.#pending = Promise.resolve(
      chain(opened, () => {
        this.#pending = undefined;
      }),
    );
  }

  /** Throws or rejects with `store_failed`. */
  wait(): Awaitable<void> {
    if (this.#pending !== undefined) return this.#pending.then(() => this.wait());
    if (this.#failure !== undefined) throw this.#failure;
  }

  get promise(): Promise<void> {
    return Promise.resolve().then(() => this.wait());
  }
}
