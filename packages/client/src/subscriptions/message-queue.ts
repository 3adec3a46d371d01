import { CometError } from "../comet-error.ts";

/** What becomes of messages that come faster than they are read. */
export type Overflow = "drop-oldest" | "drop-newest" | "close";

/** How many messages may wait to be read, and what becomes of more. */
export interface QueueOptions {
  /** At least 1. @default 1_000 */
  readonly buffer?: number;
  /** @default "drop-oldest" */
  readonly overflow?: Overflow;
}

/** Messages between where they come and where they are read by a loop. */
export class MessageQueue<T> {
  readonly #most: number;
  readonly #overflow: Overflow;
  readonly #reader: AsyncGenerator<T, undefined>;
  readonly #waiting: T[] = [];
  #end: { readonly error: Error | undefined } | undefined;
  #wake = (): void => undefined;
  /** How many messages were dropped because there was no room. */
  dropped = 0;

  constructor({ buffer = 1_000, overflow = "drop-oldest" }: QueueOptions) {
    this.#most = buffer;
    this.#overflow = overflow;
    this.#reader = this.#read();
  }

  /** False where there is no room and the queue has ended for that. */
  push(message: T): boolean {
    if (this.#end) return true;
    this.#waiting.push(message);
    this.#wake();
    if (this.#waiting.length <= this.#most) return true;
    this.dropped++;
    if (this.#overflow === "drop-oldest") this.#waiting.shift();
    else this.#waiting.pop();
    if (this.#overflow !== "close") return true;
    this.end(new CometError("overflow"));
    return false;
  }

  /** What waits can still be read; after that, a reader is told of the error, once, or else that it is over. */
  end(error?: Error): void {
    this.#end ??= { error };
    this.#wake();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return this.#reader.next();
  }

  async *#read(): AsyncGenerator<T, undefined> {
    for (;;) {
      while (this.#waiting.length > 0) yield this.#waiting.shift() as T;
      if (this.#end?.error) throw this.#end.error;
      if (this.#end) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
