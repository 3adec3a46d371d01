/** What becomes of messages that come faster than they are read. */
export type Overflow = "drop-oldest" | "drop-newest" | "close";

/** How many messages may wait to be read, and what becomes of more. */
export interface QueueOptions {
  /** @default 1_000 */
  readonly buffer?: number;
  /** @default "drop-oldest" */
  readonly overflow?: Overflow;
}

/** Messages between where they come and where they are read by a loop. */
export class MessageQueue<T> {
  readonly #most: number;
  readonly #overflow: Overflow;
  readonly #waiting: T[] = [];
  readonly #readers: {
    readonly resolve: (result: IteratorResult<T, undefined>) => void;
    readonly reject: (error: Error) => void;
  }[] = [];
  #end: { readonly error: Error | undefined } | undefined;
  /** How many messages were dropped because there was no room. */
  dropped = 0;

  constructor({ buffer = 1_000, overflow = "drop-oldest" }: QueueOptions) {
    this.#most = Math.max(1, buffer);
    this.#overflow = overflow;
  }

  /** False where there is no room and the queue is to be closed. */
  push(message: T): boolean {
    if (this.#end !== undefined) return true;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader.resolve({ done: false, value: message });
      return true;
    }
    if (this.#waiting.length < this.#most) {
      this.#waiting.push(message);
      return true;
    }
    this.dropped++;
    if (this.#overflow === "drop-oldest") {
      this.#waiting.shift();
      this.#waiting.push(message);
    }
    return this.#overflow !== "close";
  }

  /** What waits can still be read; after that, readers are told of the error, once, or else that it is over. */
  end(error?: Error): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    for (const reader of this.#readers.splice(0))
      void this.next().then(reader.resolve, reader.reject);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const [message] = this.#waiting;
    if (message !== undefined) {
      this.#waiting.shift();
      return Promise.resolve({ done: false, value: message });
    }
    if (this.#end === undefined) {
      return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
    }
    const { error } = this.#end;
    this.#end = { error: undefined };
    return error === undefined
      ? Promise.resolve({ done: true, value: undefined })
      : Promise.reject(error);
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting.length = 0;
  }
}
