import type { LogEntry, Position } from "@encke/core";
import { type TextBlock, TextBlocks } from "./text-blocks.ts";

/** Where the channel stands in a message that begins with it, as those of core do. */
const CHANNEL_AT = '{"channel":"'.length;

type Kept = LogEntry | string | TextBlock | undefined;

/**
 * Entries by place, to be put and cleared in turn. Of most of them only the text is kept, in which the channel stands, too, and
 * that where the garbage collector does not look: it copies twice what stays for a while, and three objects for each message
 * cost it more than all else that the log does.
 */
export class EntrySlots {
  /** A power of two, so that wrapping around is a bit mask. */
  readonly capacity: number;
  readonly #kept: Kept[];
  readonly #positions: Float64Array;
  readonly #channelLengths: Uint32Array;
  readonly #textLengths: Uint32Array;
  /** Of those in a block: where in it they begin. */
  readonly #starts: Uint16Array;
  readonly #blocks: TextBlocks;
  /** Those that go into the next block. */
  #open: number[] = [];
  #openLength = 0;

  constructor(capacity: number, blocks: TextBlocks = new TextBlocks()) {
    this.capacity = capacity;
    this.#kept = new Array<Kept>(capacity).fill(undefined);
    this.#positions = new Float64Array(capacity);
    this.#channelLengths = new Uint32Array(capacity);
    this.#textLengths = new Uint32Array(capacity);
    this.#starts = new Uint16Array(capacity);
    this.#blocks = blocks;
  }

  put(slot: number, entry: LogEntry): void {
    const { position, channel, json } = entry;
    this.#positions[slot] = position;
    this.#channelLengths[slot] = channel.length;
    this.#textLengths[slot] = json.length;
    const isText = isPlain(entry) && json.startsWith(channel, CHANNEL_AT);
    this.#kept[slot] = isText ? json : entry;
    if (isText && json.length <= TextBlocks.longest) this.#addToBlock(slot, json.length);
  }

  clear(slot: number): void {
    const kept = this.#kept[slot];
    this.#kept[slot] = undefined;
    if (this.#open[0] === slot) {
      this.#open.shift();
      this.#openLength -= this.#textLengths[slot] as number;
    } else if (isBlock(kept)) this.#blocks.forgetOne(kept);
  }

  positionAt(slot: number): Position {
    return this.#positions[slot] as Position;
  }

  /** How many its text and its channel have. */
  charactersAt(slot: number): number {
    return (this.#textLengths[slot] as number) + (this.#channelLengths[slot] as number);
  }

  /** Once it has been asked for, it is kept as it is: those who read the log mostly read the same, and then share it. */
  entryAt(slot: number): LogEntry {
    const kept = this.#kept[slot] as NonNullable<Kept>;
    if (typeof kept !== "string" && !isBlock(kept)) return kept;
    const entry = this.#unpacked(slot, kept);
    this.#kept[slot] = entry;
    if (isBlock(kept)) this.#blocks.forgetOne(kept);
    return entry;
  }

  /** Twice as many, of which the first are these, beginning with the one at `first`. This is of no use after that. */
  doubled(first: number): EntrySlots {
    const { capacity } = this;
    const doubled = new EntrySlots(2 * capacity, this.#blocks);
    for (let index = 0; index < capacity; index++) {
      const slot = (first + index) & (capacity - 1);
      doubled.#kept[index] = this.#kept[slot];
      doubled.#positions[index] = this.#positions[slot] as number;
      doubled.#channelLengths[index] = this.#channelLengths[slot] as number;
      doubled.#textLengths[index] = this.#textLengths[slot] as number;
      doubled.#starts[index] = this.#starts[slot] as number;
    }
    doubled.#open = this.#open.map((slot) => (slot - first) & (capacity - 1));
    doubled.#openLength = this.#openLength;
    return doubled;
  }

  #addToBlock(slot: number, length: number): void {
    if (this.#openLength + length > TextBlocks.blockLength) this.#close();
    this.#open.push(slot);
    this.#openLength += length;
  }

  /** Moves the open ones into a block, but for those that were read. If they do not fit, they stay strings. */
  #close(): void {
    const open = this.#open.filter((slot) => typeof this.#kept[slot] === "string");
    this.#open = [];
    this.#openLength = 0;
    const block = this.#blocks.encode(open.map((slot) => this.#kept[slot] as string));
    if (block === undefined) return;
    let start = 0;
    for (const slot of open) {
      this.#kept[slot] = block;
      this.#starts[slot] = start;
      start += this.#textLengths[slot] as number;
    }
  }

  #unpacked(slot: number, kept: string | TextBlock): LogEntry {
    const json = isBlock(kept) ? this.#textAt(slot, kept) : kept;
    const channelEnd = CHANNEL_AT + (this.#channelLengths[slot] as number);
    const channel = copyOf(json.slice(CHANNEL_AT, channelEnd));
    return { position: this.positionAt(slot), channel, json };
  }

  #textAt(slot: number, block: TextBlock): string {
    return this.#blocks.decode(
      block,
      this.#starts[slot] as number,
      this.#textLengths[slot] as number,
    );
  }
}

/** A part of a text keeps all of it in memory, for as long as somebody keeps the part. */
function copyOf(part: string): string {
  return `${part} `.slice(0, -1);
}

/** True where there is nothing to be known of it but its channel and its text. */
function isPlain({ to, except, producer, keep, hints }: LogEntry): boolean {
  return (
    to === undefined &&
    except === undefined &&
    producer === undefined &&
    keep === undefined &&
    hints === undefined
  );
}

function isBlock(kept: Kept): kept is TextBlock {
  return typeof kept === "object" && "bytes" in kept;
}
