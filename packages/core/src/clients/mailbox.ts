import type { LogEntry, Position } from "../store/message-log.ts";
import { keyOf, sizeOf } from "./entry-facts.ts";

export interface MailboxLimits {
  readonly mailboxMessages: number;
  readonly mailboxBytes: number;
}

/** Messages that are dropped before the others are moved up. */
const MOST_DROPPED = 64;

/**
 * The part of the log that a client has not been sent yet and, where it acknowledges, what it has been sent and not
 * acknowledged. Entries are shared with all other mailboxes.
 */
export class Mailbox {
  #isKeeping: boolean;
  #entries: LogEntry[] = [];
  /** How many at the front of `#entries` were dropped already: moving all others up for each would cost too much. */
  #dropped = 0;
  /** The first that has not been taken. Those before it wait to be acknowledged. */
  #next = 0;
  /** The first that was never taken. What is to be taken again is between the two. */
  #fresh = 0;
  #bytes = 0;
  /** Entries of which it is not known yet whether the client may see them. */
  #undecided: Set<LogEntry> | undefined;
  /** The newest entry under each key, as long as it waits. */
  #latest: Map<string, LogEntry> | undefined;

  constructor(isKeeping = false) {
    this.#isKeeping = isKeeping;
  }

  /** True: what is taken stays until it is acknowledged. */
  get isKeeping(): boolean {
    return this.#isKeeping;
  }

  set isKeeping(isKeeping: boolean) {
    this.rewind();
    this.#isKeeping = isKeeping;
  }

  /** How many messages there are, whether they wait or have been taken. */
  get size(): number {
    return this.#entries.length - this.#dropped;
  }

  /** Those that wait and those that have been taken. */
  get all(): readonly LogEntry[] {
    return this.#entries.slice(this.#dropped);
  }

  /** True while it is not known whether the client may see it. */
  isUndecided(entry: LogEntry): boolean {
    return this.#undecided?.has(entry) === true;
  }

  /** How many have not been taken. */
  get waiting(): number {
    return this.#entries.length - this.#next;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** True when the next {@link take} gives nothing. */
  get isWaiting(): boolean {
    const first = this.#entries[this.#next];
    return first === undefined || this.isUndecided(first);
  }

  /** The first that waits and is newer than the position: what waits of a history is older. */
  firstAfter(position: Position): LogEntry | undefined {
    for (let index = this.#next; index < this.#entries.length; index++) {
      const entry = this.#entries[index] as LogEntry;
      if (entry.position > position) return entry;
    }
    return undefined;
  }

  hasRoom(bytes: number, limits: MailboxLimits): boolean {
    return this.size < limits.mailboxMessages && this.#bytes + bytes <= limits.mailboxBytes;
  }

  push(entry: LogEntry, bytes: number): void {
    // A first push would make room for many, and most mailboxes never hold more than one.
    if (this.#entries.length === 0) this.#entries = [entry];
    else this.#entries.push(entry);
    this.#bytes += bytes;
    if (entry.hints?.key === undefined) return;
    this.#latest ??= new Map();
    this.#latest.set(keyOf(entry), entry);
  }

  /** Removes the message that waits under the same key. True: there was one. */
  removeOlder(entry: LogEntry): boolean {
    const older = this.#latest?.get(keyOf(entry));
    if (older === undefined) return false;
    const index = this.#entries.indexOf(older, this.#next);
    if (index === -1) return false;
    this.#removeAt(index, older);
    return true;
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
    // From the beginning: it may count as taken since `assumeTaken`.
    const index = this.#entries.indexOf(entry);
    if (index !== -1) this.#removeAt(index, entry);
  }

  /** Returns all that may go out now, in order, and removes it unless it is kept. */
  take(): readonly LogEntry[] {
    this.#moveUp();
    this.#latest?.clear();
    const end = this.#endOfDecided();
    if (this.isKeeping) {
      const taken = this.#entries.slice(this.#next, end);
      this.#next = end;
      this.#fresh = Math.max(this.#fresh, end);
      return taken;
    }
    if (end < this.#entries.length) return this.#takeSome(end);
    const taken = this.#entries;
    if (taken.length > 0) this.#entries = [];
    this.#bytes = 0;
    return taken;
  }

  /**
   * Entries that were taken last and did not reach the client: they are in front of all others again. Not for a mailbox
   * that keeps them, which has {@link rewind}.
   */
  putBack(entries: readonly LogEntry[]): void {
    this.#moveUp();
    this.#entries = [...entries, ...this.#entries];
    for (const entry of entries) this.#bytes += sizeOf(entry);
  }

  /**
   * Removes and returns what was taken, up to and including the position: it has arrived. That goes also for what is to
   * be taken again: the answer that brought it may have arrived though it seemed to be lost. And for what was never taken,
   * where the position is that of a message: the client knows it from another node, which has sent all of it.
   */
  acknowledge(position: Position): readonly LogEntry[] {
    this.#moveUp();
    let count = 0;
    while (count < this.#fresh && (this.#entries[count] as LogEntry).position <= position) count++;
    if (count === this.#fresh) count = this.#behind(position) ?? count;
    const arrived = this.#entries.splice(0, count);
    this.#next = Math.max(0, this.#next - count);
    this.#fresh = Math.max(0, this.#fresh - count);
    for (const entry of arrived) this.#forget(entry);
    return arrived;
  }

  /** The same where what has arrived stands between what has not, as it may in a log of several partitions. */
  acknowledgeThose(hasArrived: (entry: LogEntry) => boolean): readonly LogEntry[] {
    this.#moveUp();
    const arrived = this.#entries.slice(0, this.#fresh).filter(hasArrived);
    if (arrived.length === 0) return arrived;
    const gone = new Set(arrived);
    const isLeft = (entry: LogEntry): boolean => !gone.has(entry);
    const next = this.#entries.slice(0, this.#next).filter(isLeft).length;
    this.#entries = this.#entries.filter(isLeft);
    this.#next = next;
    this.#fresh -= arrived.length;
    for (const entry of arrived) this.#forget(entry);
    return arrived;
  }

  /** What was not acknowledged is to be taken again, as far as it is newer than the position. Returns the first of it. */
  rewind(after: Position = Number.NEGATIVE_INFINITY): LogEntry | undefined {
    this.#moveUp();
    let first = 0;
    while (first < this.#next && (this.#entries[first] as LogEntry).position <= after) first++;
    if (first === this.#next) return undefined;
    this.#next = first;
    return this.#entries[first];
  }

  /** What is here may have been sent by somebody else: it waits to be acknowledged, or for {@link rewind}. */
  assumeTaken(): void {
    if (!this.isKeeping) return;
    this.#next = this.#entries.length;
    this.#fresh = this.#next;
  }

  /** Puts what waits in the order of its positions, those of the `last` behind others at the same. */
  putInOrder(last: ReadonlySet<LogEntry>): void {
    this.#moveUp();
    const waiting = this.#entries.splice(this.#next);
    const place = (entry: LogEntry): number => (last.has(entry) ? 1 : 0);
    waiting.sort((one, other) => one.position - other.position || place(one) - place(other));
    this.#entries.push(...waiting);
  }

  /** Forgets everything: it will be read again from the log. */
  clear(): void {
    this.#entries = [];
    this.#dropped = 0;
    this.#next = 0;
    this.#fresh = 0;
    this.#bytes = 0;
    this.#undecided?.clear();
    this.#latest?.clear();
  }

  /** Removes and returns what is too much, in the order in which it was removed. */
  trim(limits: MailboxLimits, end: "front" | "back"): readonly LogEntry[] {
    const removed: LogEntry[] = [];
    this.#moveUp();
    while (this.#entries.length > limits.mailboxMessages || this.#bytes > limits.mailboxBytes) {
      const entry = (end === "front" ? this.#entries.shift() : this.#entries.pop()) as LogEntry;
      if (end === "front") {
        this.#next = Math.max(0, this.#next - 1);
        this.#fresh = Math.max(0, this.#fresh - 1);
      }
      this.#forget(entry);
      removed.push(entry);
    }
    this.#next = Math.min(this.#next, this.#entries.length);
    this.#fresh = Math.min(this.#fresh, this.#entries.length);
    return removed;
  }

  /** The place behind the message with the position, if it was never taken. */
  #behind(position: Position): number | undefined {
    for (let index = this.#fresh; index < this.#entries.length; index++) {
      const entry = this.#entries[index] as LogEntry;
      if (entry.position === position) return index + 1;
      if (entry.position > position) return undefined;
    }
    return undefined;
  }

  #endOfDecided(): number {
    if (this.#undecided === undefined || this.#undecided.size === 0) return this.#entries.length;
    for (let index = this.#next; index < this.#entries.length; index++) {
      if (this.#undecided.has(this.#entries[index] as LogEntry)) return index;
    }
    return this.#entries.length;
  }

  #takeSome(end: number): readonly LogEntry[] {
    const taken = this.#entries.splice(0, end);
    for (const entry of taken) this.#forget(entry);
    return taken;
  }

  #removeAt(index: number, entry: LogEntry): void {
    this.#entries.splice(index, 1);
    if (index < this.#next) this.#next--;
    if (index < this.#fresh) this.#fresh--;
    this.#forget(entry);
  }

  #dropFirst(): void {
    this.#forget(this.#entries[this.#dropped++] as LogEntry);
    this.#next = Math.max(this.#next, this.#dropped);
    this.#fresh = Math.max(this.#fresh, this.#dropped);
  }

  /** What is noted of an entry that leaves the mailbox. */
  #forget(entry: LogEntry): void {
    this.#bytes -= sizeOf(entry);
    this.#undecided?.delete(entry);
    if (this.#latest !== undefined && entry.hints?.key !== undefined) {
      const key = keyOf(entry);
      if (this.#latest.get(key) === entry) this.#latest.delete(key);
    }
  }

  #moveUp(): void {
    if (this.#dropped === 0) return;
    this.#entries.splice(0, this.#dropped);
    this.#next = Math.max(0, this.#next - this.#dropped);
    this.#fresh = Math.max(0, this.#fresh - this.#dropped);
    this.#dropped = 0;
  }
}
