/** Values that an iterable is asked for ahead of those who want them. */
const AHEAD = 16;
/** Values of an Observable, which cannot be told to wait, that wait at most. */
const MOST = 1_000;

/** Values that came and were not wanted yet. Of one who wants them at a time. */
export class Backlog implements AsyncIterableIterator<unknown> {
  readonly #values: unknown[] = [];
  #end: { readonly cause?: unknown } | undefined;
  #onArrival: () => void = () => undefined;
  #onRoom: () => void = () => undefined;
  #onReturn: () => void = () => undefined;

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Resolves when there is room for another value. */
  async room(): Promise<void> {
    while (this.#values.length >= AHEAD && this.#end === undefined) {
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
    }
  }

  push(value: unknown): void {
    if (this.#end !== undefined) return;
    this.#values.push(value);
    if (this.#values.length > MOST) this.close({ cause: new Error("A stream ran ahead too far.") });
    this.#onArrival();
  }

  /** No more values will come. Those that wait are still handed out, and then the cause thrown, if there is one. */
  close(end: { readonly cause?: unknown } = {}): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#onArrival();
    this.#onRoom();
    this.#onReturn();
  }

  /** Called when nobody wants more, or no more will come. At once, if that is so already. */
  onEnd(listener: () => void): void {
    if (this.#end === undefined) this.#onReturn = listener;
    else listener();
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    while (this.#values.length === 0 && this.#end === undefined) {
      await new Promise<void>((resolve) => {
        this.#onArrival = resolve;
      });
    }
    if (this.#values.length > 0) {
      const value = this.#values.shift();
      this.#onRoom();
      return { done: false, value };
    }
    if (this.#end !== undefined && "cause" in this.#end) {
      const { cause } = this.#end;
      this.#end = {};
      throw cause;
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    this.#values.length = 0;
    this.close();
    return { done: true, value: undefined };
  }
}
