/** Calls that have not settled. */
export class Running {
  readonly #calls = new Set<Promise<unknown>>();

  add<T>(call: Promise<T>): Promise<T> {
    this.#calls.add(call);
    const end = (): unknown => this.#calls.delete(call);
    call.then(end, end);
    return call;
  }

  /** Settles when every call that was made until now has settled. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#calls);
  }
}
