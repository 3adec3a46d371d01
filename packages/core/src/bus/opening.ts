import { type Awaitable, attempt, isPromise } from "../ports/awaitable.ts";
import { CometError } from "../protocol/errors.ts";

/** The beginning of a Comet: everything waits until the store is open, and nothing waits after that. */
export class Opening {
  #pending: Promise<void> | undefined;
  #failure: CometError | undefined;
  #giveUp: () => void = () => undefined;

  constructor(open: () => Awaitable<void>) {
    const opened = attempt(open, (cause) => {
      this.#failure = new CometError("store_failed", "The store could not be opened.", { cause });
    });
    if (!isPromise(opened)) return;
    const abandoned = new Promise<void>((resolve) => {
      this.#giveUp = resolve;
    });
    this.#pending = Promise.race([opened, abandoned]).then(() => {
      this.#pending = undefined;
    });
  }

  /** Lets nobody wait any longer for a store that is not open yet. */
  abandon(): void {
    if (this.#pending === undefined) return;
    this.#failure = new CometError("comet_closed", "It was closed before the store was open.");
    this.#giveUp();
  }

  /** Throws or rejects with `store_failed`, or `comet_closed`. */
  wait(): Awaitable<void> {
    if (this.#pending !== undefined) return this.#pending.then(() => this.wait());
    if (this.#failure !== undefined) throw this.#failure;
  }

  get promise(): Promise<void> {
    return Promise.resolve().then(() => this.wait());
  }
}
