import { byteLength } from "../protocol/encode.ts";
import type { LogEntry } from "../store/message-log.ts";

/** What happens to a message for which there is no room: see each word in the options. */
export type OverflowPolicy = "drop-oldest" | "drop-newest" | "disconnect";

export interface MailboxLimits {
  readonly mailboxMessages: number;
  readonly mailboxBytes: number;
}

/** Messages that are dropped before the others are moved up. */
const MOST_DROPPED = 64;

/** The part of the log that a client has not been sent yet. Entries are shared with all other mailboxes. */
export class Mailbox {
  #entries: LogEntry[] = [];
  /** How many at the front of `#entries` were dropped already: moving all others up for each would cost too much. */
  #dropped = 0;
  #bytes = 0;
  /** Entries of which it is not known yet whether the client may see them. */
  #undecided: Set<LogEntry> | undefined;

  get size(): number {
    return this.#entries.length - this.#dropped;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** True when the next {@link take} gives nothing. */
  get isWaiting(): boolean {
    const first = this.#entries[this.#dropped];
    return first === undefined || this.#undecided?.has(first) === true;
  }

  hasRoom(bytes: number, limits: MailboxLimits): boolean {
    return this.size < limits.mailboxMessages && this.#bytes + bytes <= limits.mailboxBytes;
  }

  push(entry: LogEntry, bytes: number): void {
    // A first push would make room for many, and most mailboxes never hold more than one.
    if (this.#entries.length === 0) this.#entries = [entry];
    else this.#entries.push(entry);
    this.#bytes += bytes;
  }

  /** Makes room by removing from the front. Returns how many were removed. */
  dropOldest(bytes: number, limits: MailboxLimits): number {
    let dropped = 0;
    for (; this.size > 0 && !this.hasRoom(bytes, limits); dropped++) this.#dropFirst();
    if (this.#dropped >= MOST_DROPPED || this.#dropped >= this.size) this.#moveUp();
    return dropped;
  }

  /** Holds the entry, and all that come after it, back until {@link decide}. */
  suspend(entry: LogEntry): void {
    this.#undecided ??= new Set();
    this.#undecided.add(entry);
  }

  decide(entry: LogEntry, isAllowed: boolean): void {
    if (!this.#undecided?.delete(entry) || isAllowed) return;
    this.#moveUp();
    const index = this.#entries.indexOf(entry);
    if (index === -1) return;
    this.#entries.splice(index, 1);
    this.#bytes -= sizeOf(entry);
  }

  /** Removes and returns all that may go out now, in order. */
  take(): readonly LogEntry[] {
    this.#moveUp();
    if (this.#undecided !== undefined && this.#undecided.size > 0) return this.#takeDecided();
    const taken = this.#entries;
    if (taken.length > 0) this.#entries = [];
    this.#bytes = 0;
    return taken;
  }

  /** Puts entries that did not reach the client back in front of all others. */
  putBack(entries: readonly LogEntry[]): void {
    this.#moveUp();
    this.#entries = [...entries, ...this.#entries];
    for (const entry of entries) this.#bytes += sizeOf(entry);
  }

  /** Forgets everything: it will be read again from the log. */
  clear(): void {
    this.#entries = [];
    this.#dropped = 0;
    this.#bytes = 0;
    this.#undecided?.clear();
  }

  /** Removes and returns what is too much, in the order in which it was removed. */
  trim(limits: MailboxLimits, end: "front" | "back"): readonly LogEntry[] {
    const removed: LogEntry[] = [];
    this.#moveUp();
    while (this.#entries.length > limits.mailboxMessages || this.#bytes > limits.mailboxBytes) {
      const entry = (end === "front" ? this.#entries.shift() : this.#entries.pop()) as LogEntry;
      this.#bytes -= sizeOf(entry);
      this.#undecided?.delete(entry);
      removed.push(entry);
    }
    return removed;
  }

  #takeDecided(): readonly LogEntry[] {
    const end = this.#entries.findIndex((entry) => this.#undecided?.has(entry));
    const taken = this.#entries.splice(0, end);
    for (const entry of taken) this.#bytes -= sizeOf(entry);
    return taken;
  }

  #dropFirst(): void {
    const entry = this.#entries[this.#dropped++] as LogEntry;
    this.#bytes -= sizeOf(entry);
    this.#undecided?.delete(entry);
  }

  #moveUp(): void {
    if (this.#dropped === 0) return;
    this.#entries.splice(0, this.#dropped);
    this.#dropped = 0;
  }
}

const sizes = new WeakMap<LogEntry, number>();

/** Counted once for an entry, which thousands of full mailboxes may drop for one that comes. */
function sizeOf(entry: LogEntry): number {
  const known = sizes.get(entry);
  if (known !== undefined) return known;
  const size = byteLength(entry.json);
  sizes.set(entry, size);
  return size;
}
