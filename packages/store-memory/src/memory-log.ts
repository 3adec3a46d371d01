import type {
  AppendResult,
  ControlEntry,
  Cursor,
  ILogListener,
  IMessageLog,
  LogEntry,
  Position,
  Publication,
  ReadResult,
} from "@encke/core";
import type { ClientNews, IClientNewsLog } from "./client-news.ts";
import { entryOf } from "./entry.ts";
import { EntryRing } from "./entry-ring.ts";
import { Feed } from "./feed.ts";
import { ProducerKeys } from "./producer-keys.ts";
import { type MemoryLogOptions, settingsOf } from "./settings.ts";

/**
 * The log of one process: one partition, every answer at once, and the feed called inside `append`.
 * Stands alone, so that a store that only wants to keep clients elsewhere takes it as its log.
 */
export class MemoryLog implements IMessageLog, IClientNewsLog {
  readonly partitions = 1;
  readonly #feed = new Feed();
  readonly #ring: EntryRing;
  readonly #producers: ProducerKeys;
  readonly #onAppended: ((entry: LogEntry) => void) | undefined;
  #head: Position;

  /** `onAppended` hears of each message before the feed does: what a history keeps is there when the listener looks. */
  constructor(options: MemoryLogOptions = {}, onAppended?: (entry: LogEntry) => void) {
    const settings = settingsOf(options);
    this.#ring = new EntryRing(settings);
    this.#producers = new ProducerKeys(settings.maxProducers);
    this.#onAppended = onAppended;
    this.#head = settings.startAfter;
  }

  partitionOf(_channel: string): number {
    return 0;
  }

  /** A second listener is a mistake, and throws. */
  open(listener: ILogListener): void {
    this.#feed.open(listener);
  }

  append(publication: Publication): AppendResult {
    const { producer } = publication;
    if (producer === undefined) return this.#store(publication);
    const position = this.#producers.duplicateOf(producer);
    if (position !== undefined) return { position, isDuplicate: true };
    // Before the feed hears of it, which may lead to a repetition.
    this.#producers.remember(producer, this.#head + 1);
    return this.#store(publication);
  }

  read(_partition: number, after: Position, limit: number): ReadResult {
    return this.#ring.read(after, limit);
  }

  head(_partition = 0): Position {
    return this.#head;
  }

  get heads(): Cursor {
    return [this.#head];
  }

  /** Takes a position, so that it is in order with the messages, but is not read again. */
  announce(news: ClientNews): void {
    const entry: ControlEntry = { ...news, position: ++this.#head };
    this.#feed.tell(entry);
  }

  /** Ends the feed. What is in the log can still be read. */
  close(): void {
    this.#feed.close();
  }

  #store(publication: Publication): AppendResult {
    const position = ++this.#head;
    const entry = entryOf(publication, position);
    this.#ring.push(entry);
    this.#onAppended?.(entry);
    this.#feed.tell(entry);
    return { position, isDuplicate: false };
  }
}
