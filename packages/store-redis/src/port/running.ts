import { RenewedSet } from "@encke/core";

/** Calls that have not settled. */
export class Running {
  readonly #calls = new RenewedSet<Promise<unknown>>();

  add<T>(call: Promise<T>): Promise<T> {
    this.#calls.add(call);
    const end = (): unknown => this.#calls.delete(call);
    call.then(end, end);
    return call;
  }

  /** Settles when every call has settled, and those to which they have led. */
  async idle(): Promise<void> {
    do {
      await Promise.allSettled(this.#calls);
      // Whoever has waited for one may make the next one now.
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#calls.size > 0);
  }
}
