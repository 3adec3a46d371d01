import type { Abort } from "../../ports/abort.ts";
import { type Awaitable, attempt, chain, isPromise } from "../../ports/awaitable.ts";
import type { Ports } from "../../ports/ports.ts";
import { type TimerWheel, WheelTimer } from "../../ports/timer-wheel.ts";
import type { IEventSource, PullSource, PushSource } from "./event-source.ts";

const FIRST_RETRY = 1_000;
const LAST_RETRY = 60_000;

export interface SourceRunParts {
  readonly source: IEventSource;
  readonly ports: Ports;
  readonly wheel: TimerWheel;
  /** Publishes what the source gave. Rejects when that is impossible. */
  publish(value: unknown): Awaitable<void>;
  /** Told of each failure, and in how many milliseconds it is tried again. */
  onFailed(cause: unknown, retryIn: number): void;
}

/** One life of a source, from the first subscriber to the last. */
export class SourceRun {
  readonly #parts: SourceRunParts;
  readonly #abort: Abort;
  readonly #timer = new WheelTimer(() => this.#next());
  #retryIn = FIRST_RETRY;
  #isOpen = true;
  #ended: Promise<void> = Promise.resolve();

  constructor(parts: SourceRunParts) {
    this.#parts = parts;
    this.#abort = parts.ports.newAbort();
  }

  start(): void {
    this.#next();
  }

  /** Settles when the source has ended: only then may another life of it begin. */
  stop(): Promise<void> {
    if (this.#isOpen) {
      this.#isOpen = false;
      this.#parts.wheel.clear(this.#timer);
      this.#abort.abort("nobody is subscribed");
    }
    return this.#ended;
  }

  #next(): void {
    const { source } = this.#parts;
    const done = attempt(
      () => ("every" in source ? this.#pull(source) : this.#push(source)),
      (cause) => this.#failed(cause),
    );
    if (isPromise(done)) this.#ended = Promise.resolve(done).then(() => undefined);
  }

  #pull(source: PullSource): Awaitable<void> {
    const { ports, wheel } = this.#parts;
    const started = ports.now();
    return chain(source.value({ signal: this.#abort.signal }) as Awaitable<unknown>, (value) =>
      chain(value === undefined ? undefined : this.#publish(value), () => {
        if (!this.#isOpen) return;
        this.#retryIn = FIRST_RETRY;
        // On the beat, whatever the answer took.
        const late = (ports.now() - started) % source.every;
        wheel.set(this.#timer, source.every - late);
      }),
    );
  }

  async #push(source: PushSource): Promise<void> {
    const iterator = source.start({ signal: this.#abort.signal })[Symbol.asyncIterator]();
    const giveBack = (): void => {
      void attempt(
        () => iterator.return?.() as Awaitable<unknown>,
        (cause) => this.#parts.onFailed(cause, 0),
      );
    };
    this.#abort.signal.addEventListener("abort", giveBack);
    try {
      while (this.#isOpen) {
        const next = await iterator.next();
        if (next.done === true) return;
        await this.#publish(next.value);
        this.#retryIn = FIRST_RETRY;
      }
    } finally {
      this.#abort.signal.removeEventListener("abort", giveBack);
    }
  }

  #publish(value: unknown): Awaitable<void> {
    return this.#isOpen ? this.#parts.publish(value) : undefined;
  }

  #failed(cause: unknown): void {
    // What breaks because it was told to end has ended.
    if (!this.#isOpen) return;
    this.#parts.onFailed(cause, this.#retryIn);
    this.#parts.wheel.set(this.#timer, this.#retryIn);
    this.#retryIn = Math.min(this.#retryIn * 2, LAST_RETRY);
  }
}
