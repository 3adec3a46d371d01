import type { Latencies } from "./latencies.ts";

const MARK = 0x7e;
const ZERO = 0x30;
const PADDING = "the quick brown fox jumps over the lazy dog";

/** To whom a message goes. */
export interface Delivery {
  /** What every subscriber must get in order, a number from 0; undefined where order is not promised. */
  readonly stream: number | undefined;
  readonly recipients: number;
  /** The message has reached all of them. */
  onReachedAll(): void;
}

interface UnderWay {
  readonly delivery: Delivery;
  /** One for each subscriber who has got it. */
  readonly got: Uint8Array;
  readonly since: number;
  missing: number;
}

/**
 * Counts who got which message. Every text carries its number between two marks, so that it is found in whatever
 * a protocol wraps around it, without parsing.
 */
export class Tally {
  latencies: Latencies | undefined;
  readonly #subscribers: number;
  readonly #onWrong: (what: string) => void;
  /** By stream and subscriber: one more than the number of what it has got last. */
  readonly #next: Uint32Array[] = [];
  readonly #underWay = new Map<number, UnderWay>();
  #published = 0;
  #onSettled: (() => void) | undefined;

  /** `onWrong` hears of a delivery that came twice, out of order, or to one whom it does not concern. */
  constructor(subscribers: number, onWrong: (what: string) => void) {
    this.#subscribers = subscribers;
    this.#onWrong = onWrong;
  }

  /** Messages that have not reached everybody. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** Deliveries that have not been made. */
  get missing(): number {
    let missing = 0;
    for (const message of this.#underWay.values()) missing += message.missing;
    return missing;
  }

  /** The text of a new message, of 45 to 55 bytes, which is taken to be under way from now on. */
  newText(delivery: Delivery): string {
    const number = this.#published++;
    const got = new Uint8Array(this.#subscribers);
    const missing = delivery.recipients;
    this.#underWay.set(number, { delivery, got, since: performance.now(), missing });
    return `~${number}~${PADDING}`;
  }

  receive(subscriber: number, body: Buffer): void {
    let at = body.indexOf(MARK);
    while (at !== -1) {
      let number = 0;
      for (at++; body[at] !== MARK; at++) number = number * 10 + (body[at] as number) - ZERO;
      this.#count(subscriber, number);
      at = body.indexOf(MARK, at + 1);
    }
  }

  /** Resolves when all that was published has reached everybody. */
  settled(): Promise<void> {
    if (this.underWay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onSettled = resolve;
    });
  }

  #count(subscriber: number, number: number): void {
    const message = this.#underWay.get(number);
    if (message === undefined || message.got[subscriber] === 1) {
      this.#onWrong(`Subscriber ${subscriber} got message ${number}, which it was not to get.`);
      return;
    }
    if (!this.#isInOrder(subscriber, number, message.delivery.stream)) {
      this.#onWrong(`Subscriber ${subscriber} got message ${number} after a later one.`);
      return;
    }
    message.got[subscriber] = 1;
    this.#arrived(number, message);
  }

  #isInOrder(subscriber: number, number: number, stream: number | undefined): boolean {
    if (stream === undefined) return true;
    const next = this.#next[stream] ?? new Uint32Array(this.#subscribers);
    this.#next[stream] = next;
    const isLater = number >= (next[subscriber] as number);
    next[subscriber] = number + 1;
    return isLater;
  }

  #arrived(number: number, message: UnderWay): void {
    this.latencies?.record(performance.now() - message.since);
    if (--message.missing > 0) return;
    this.#underWay.delete(number);
    message.delivery.onReachedAll();
    if (this.underWay === 0) this.#onSettled?.();
  }
}
