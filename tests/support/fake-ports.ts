import type { Cancel, Log, Ports } from "@encke/core";
import { FakeHost, type LoggedLine } from "@encke/store-testkit";

/** No step of {@link FakePorts.advance} is longer, so that turns end between timers as they do in the world. */
const STEP_MS = 50;

/** The outside world, moved by hand: time stands still and no turn ends until the test says so. */
export class FakePorts implements Ports {
  readonly #host = new FakeHost();
  #ended: (() => void)[] = [];
  #ids = 0;
  #skipped = 0;
  /** How often the world was asked for anything. */
  calls = 0;
  /** Milliseconds by which each look at the clock moves it: for code that measures how long it takes. */
  msPerLook = 0;

  get lines(): readonly LoggedLine[] {
    return this.#host.lines;
  }

  /** Timers that were set and have neither run nor been cancelled. */
  get timers(): number {
    return this.#host.waitingTimers;
  }

  /** Callbacks that wait for the end of the turn. */
  get turns(): number {
    return this.#ended.length;
  }

  // Members of their own, and no methods: a Comet copies what it is given over the ports of the platform.
  readonly now = (): number => {
    this.calls++;
    if (this.msPerLook > 0) this.#host.advance(this.msPerLook);
    return this.#host.now() + this.#skipped;
  };
  readonly after = (ms: number, callback: () => void): Cancel => {
    this.calls++;
    return this.#host.after(ms, callback);
  };
  readonly newId = (): string => `id${String(++this.#ids).padStart(38, "0")}`;
  readonly newAbort = (): AbortController => new AbortController();
  readonly log: Log = (...line) => this.#host.log(...line);
  readonly endOfTurn = (callback: () => void): void => {
    this.calls++;
    this.#ended.push(callback);
  };

  /** Moves the clock on as for a process that has stood still: no timer has run meanwhile. */
  skip(ms: number): void {
    this.#skipped += ms;
  }

  /** Ends one turn: what is scheduled meanwhile waits for the next one. */
  endTurn(): void {
    const ended = this.#ended;
    this.#ended = [];
    for (const callback of ended) callback();
  }

  /** Ends turns until nothing waits for one. */
  endTurns(): void {
    while (this.#ended.length > 0) this.endTurn();
  }

  /** Moves the clock on, and runs timers and ends turns on the way. */
  advance(ms: number): void {
    for (let left = ms; left > 0; left -= STEP_MS) {
      this.#host.advance(Math.min(left, STEP_MS));
      this.endTurns();
    }
  }
}
