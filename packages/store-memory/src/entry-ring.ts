import type { LogEntry, Position, ReadResult } from "@encke/core";
import type { MemoryLogSettings } from "./settings.ts";

const ENTRY_OVERHEAD = 100;
const BYTES_PER_CHARACTER = 2;
const FIRST_CAPACITY = 64;

/** The newest entries of a log, bounded in bytes and in number. Adding and forgetting cost the same at any size. */
export class EntryRing {
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  #slots: (LogEntry | undefined)[] = emptySlots(FIRST_CAPACITY);
  #first = 0;
  #size = 0;
  #bytes = 0;
  #forgotten: Position;

  constructor(settings: Pick<MemoryLogSettings, "maxBytes" | "maxEntries" | "startAfter">) {
    this.#maxBytes = settings.maxBytes;
    this.#maxEntries = settings.maxEntries;
    this.#forgotten = settings.startAfter;
  }

  push(entry: LogEntry): void {
    if (this.#size === this.#slots.length) this.#grow();
    this.#slots[(this.#first + this.#size) & (this.#slots.length - 1)] = entry;
    this.#size++;
    this.#bytes += bytesOf(entry);
    while (this.#size > 1 && this.#isTooLarge()) this.#forgetOldest();
  }

  /** Entries above `after`, oldest first. */
  read(after: Position, limit: number): ReadResult {
    const start = this.#indexAfter(after);
    const end = Math.min(this.#size, start + limit);
    const entries: LogEntry[] = [];
    for (let index = start; index < end; index++) entries.push(this.#at(index));
    return { entries, isComplete: end === this.#size, hasGap: after < this.#forgotten };
  }

  #isTooLarge(): boolean {
    return this.#bytes > this.#maxBytes || this.#size > this.#maxEntries;
  }

  #forgetOldest(): void {
    const oldest = this.#at(0);
    this.#slots[this.#first] = undefined;
    this.#first = (this.#first + 1) & (this.#slots.length - 1);
    this.#size--;
    this.#bytes -= bytesOf(oldest);
    this.#forgotten = oldest.position;
  }

  /** Where the first entry above the position stands. Positions have holes, so it is looked for. */
  #indexAfter(position: Position): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#at(middle).position > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #at(index: number): LogEntry {
    return this.#slots[(this.#first + index) & (this.#slots.length - 1)] as LogEntry;
  }

  #grow(): void {
    const grown = emptySlots(this.#slots.length * 2);
    for (let index = 0; index < this.#size; index++) grown[index] = this.#at(index);
    this.#slots = grown;
    this.#first = 0;
  }
}

/** A power of two, so that wrapping around is a bit mask. */
function emptySlots(capacity: number): (LogEntry | undefined)[] {
  return new Array<LogEntry | undefined>(capacity).fill(undefined);
}

function bytesOf(entry: LogEntry): number {
  return ENTRY_OVERHEAD + (entry.json.length + entry.channel.length) * BYTES_PER_CHARACTER;
}
