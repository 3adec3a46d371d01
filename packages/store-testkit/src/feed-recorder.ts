import type { ControlEntry, ILogListener, LogEntry, Position } from "@encke/core";
import { within } from "./together.ts";

interface Waiter {
  isThere(): boolean;
  done(): void;
}

export interface FedEntry {
  readonly partition: number;
  readonly entry: LogEntry;
}

export interface ReportedGap {
  readonly partition: number;
  readonly from: Position;
  readonly to: Position;
}

/** A listener that writes down what it hears and can be waited for. */
export class FeedRecorder implements ILogListener {
  readonly fed: FedEntry[] = [];
  readonly news: ControlEntry[] = [];
  readonly gaps: ReportedGap[] = [];
  readonly #patienceMs: number;
  readonly #onFed: Set<(entry: LogEntry) => void> = new Set();
  #waiters: Waiter[] = [];

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  get entries(): readonly LogEntry[] {
    return this.fed.map(({ entry }) => entry);
  }

  onEntries(partition: number, entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      this.fed.push({ partition, entry });
      for (const hear of this.#onFed) hear(entry);
    }
    this.#wake();
  }

  onControl(_partition: number, entry: ControlEntry): void {
    this.news.push(entry);
    this.#wake();
  }

  onGap(partition: number, from: Position, to: Position): void {
    this.gaps.push({ partition, from, to });
    this.#wake();
  }

  /** A store may be slow to come alive: no case depends on what it says of itself. */
  onState(): void {}

  /** Runs inside the feed, for each message from now on. */
  whileFed(hear: (entry: LogEntry) => void): void {
    this.#onFed.add(hear);
  }

  /** Settles when the message with this text has been fed: everything before it has been fed then, too. */
  async untilFed(json: string): Promise<void> {
    await this.until(
      () => this.fed.some(({ entry }) => entry.json === json),
      `the feed of ${json}`,
    );
  }

  async until(isThere: () => boolean, what: string): Promise<void> {
    const heard = new Promise<void>((done) => {
      this.#waiters.push({ isThere, done });
    });
    this.#wake();
    await within(this.#patienceMs, heard, what);
  }

  #wake(): void {
    const ready = this.#waiters.filter(({ isThere }) => isThere());
    this.#waiters = this.#waiters.filter((waiter) => !ready.includes(waiter));
    for (const { done } of ready) done();
  }
}
