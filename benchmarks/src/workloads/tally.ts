import type { Latencies } from "./latencies.ts";

const MARK = 0x7e;
const ZERO = 0x30;
const PADDING = "the quick brown fox jumps over the lazy dog";

export interface TallyListener {
  /** The oldest message that was under way has reached everybody. */
  onReachedAll(): void;
  /** A delivery came twice, or out of order, or one before it is missing. */
  onWrong(what: string): void;
}

/**
 * Counts who got which message. Every text carries its number between two marks, so that it is found in whatever
 * a protocol wraps around it, without parsing.
 */
export class Tally {
  latencies: Latencies | undefined;
  readonly #listener: TallyListener;
  /** The number that each subscriber is to get next. */
  readonly #next: Uint32Array;
  /** How many subscribers still wait for each message that is under way, and since when. */
  readonly #underWay = new Map<number, { missing: number; readonly since: number }>();
  #published = 0;

  constructor(subscribers: number, listener: TallyListener) {
    this.#next = new Uint32Array(subscribers);
    this.#listener = listener;
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

  /** The text of a new message, which is taken to be under way from now on. */
  newText(): string {
    const number = this.#published++;
    this.#underWay.set(number, { missing: this.#next.length, since: performance.now() });
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

  #count(subscriber: number, number: number): void {
    const expected = this.#next[subscriber] as number;
    const message = this.#underWay.get(number);
    if (number !== expected || message === undefined) {
      const what = `Subscriber ${subscriber} got message ${number}, and ${expected} was next.`;
      this.#listener.onWrong(what);
      return;
    }
    this.#next[subscriber] = expected + 1;
    this.latencies?.record(performance.now() - message.since);
    if (--message.missing > 0) return;
    this.#underWay.delete(number);
    this.#listener.onReachedAll();
  }
}
