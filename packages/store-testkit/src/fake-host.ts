import type { Cancel, Log, LogLevel, StoreHost } from "@encke/core";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A line that a store has written to its host's log. */
export interface LoggedLine {
  readonly level: LogLevel;
  readonly text: string;
  readonly details?: object;
}

/** A host whose clock stands still until the test moves it. */
export class FakeHost implements StoreHost {
  readonly node: string;
  readonly lines: LoggedLine[] = [];
  readonly #timers = new Set<Timer>();
  #now: number;

  constructor(node = "node-1", now = 1_000_000) {
    this.node = node;
    this.#now = now;
  }

  readonly log: Log = (level, text, details) => {
    this.lines.push(details === undefined ? { level, text } : { level, text, details });
  };

  /** Timers that were set and have neither run nor been cancelled. */
  get waitingTimers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): Cancel {
    const timer: Timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Moves the clock on, and runs what becomes due on the way, in order of time, also what is set meanwhile. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let timer = this.#dueBefore(end); timer !== undefined; timer = this.#dueBefore(end)) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
    }
    this.#now = end;
  }

  #dueBefore(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
    }
    return first;
  }
}
