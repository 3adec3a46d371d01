import type { LogEntry, Position, ReadResult } from "@encke/core";
import { EntrySlots } from "./entry-slots.ts";
import type { MemoryLogSettings } from "./settings.ts";

const ENTRY_OVERHEAD = 100;
const BYTES_PER_CHARACTER = 2;
const FIRST_CAPACITY = 64;

/** The newest entries of a log, bounded in bytes and in number. Adding and forgetting cost the same at any size. */
export class EntryRing {
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  #slots = new EntrySlots(FIRST_CAPACITY);
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
    if (this.#size === this.#slots.capacity) this.#grow();
    this.#slots.put(this.#slotOf(this.#size), entry);
    this.#size++;
    this.#bytes += bytesOf(entry.json.length + entry.channel.length);
    while (this.#size > 1 && this.#isTooLarge()) this.#forgetOldest();
  }

  /** Entries above `after`, oldest first. */
  read(after: Position, limit: number): ReadResult {
    const start = this.#indexAfter(after);
    const end = Math.min(this.#size, start + limit);
    const entries: LogEntry[] = [];
    for (let index = start; index < end; index++) {
      entries.push(this.#slots.entryAt(this.#slotOf(index)));
    }
    return { entries, isComplete: end === this.#size, hasGap: after < this.#forgotten };
  }

  #isTooLarge(): boolean {
    return this.#bytes > this.#maxBytes || this.#size > this.#maxEntries;
  }

  #forgetOldest(): void {
    const slot = this.#slotOf(0);
    this.#bytes -= bytesOf(this.#slots.charactersAt(slot));
    this.#forgotten = this.#slots.positionAt(slot);
    this.#slots.clear(slot);
    this.#first = (this.#first + 1) & (this.#slots.capacity - 1);
    this.#size--;
  }

  /** Where the first entry above the position stands. Positions have holes, so it is looked for. */
  #indexAfter(position: Position): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#slots.positionAt(this.#slotOf(middle)) > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #slotOf(index: number): number {
    return (this.#first + index) & (this.#slots.capacity - 1);
  }

  #grow(): void {
    this.#slots = this.#slots.doubled(this.#first);
    this.#first = 0;
  }
}

function bytesOf(characters: number): number {
  return ENTRY_OVERHEAD + characters * BYTES_PER_CHARACTER;
}
