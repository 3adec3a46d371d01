import type {
  AppendResult,
  ILogListener,
  IMessageLog,
  LogEntry,
  Position,
  Publication,
  ReadResult,
} from "@encke/core";
import type { AppendQueue } from "./append-queue.ts";
import type { Partition } from "./partition.ts";
import { RedisFeed } from "./redis-feed.ts";
import { listOf, textOf } from "./replies.ts";
import { HEAD, READ } from "./scripts/log-scripts.ts";
import type { StoreParts } from "./store-parts.ts";
import { streamEntryOf } from "./stream-entry.ts";

/** Entries of the stream that are read in one go. Each has at least one message, or the news of a client. */
const PAGE = 64;

/** The log that all nodes share: one stream, and on each node one reader of it. */
export class RedisLog implements IMessageLog {
  readonly partitions = 1;
  readonly #parts: () => StoreParts;
  #feed: RedisFeed | undefined;

  constructor(parts: () => StoreParts) {
    this.#parts = parts;
  }

  partitionOf(_channel: string): number {
    return 0;
  }

  append(publication: Publication): Promise<AppendResult> {
    return this.#queue.add(publication);
  }

  /** A second listener is a mistake, and rejects. */
  async open(listener: ILogListener): Promise<void> {
    if (this.#feed !== undefined) throw new Error("store-redis: the feed is open already");
    const { partition, recent, recovery, link, feedLink, host } = this.#parts();
    const at = await this.head(0);
    partition.see(at);
    const repair = (): Promise<void> => recovery.repair(link);
    const revive = (): Promise<unknown> => link.call(["PING"]);
    const parts = { partition, recent, link: feedLink, host, repair, revive };
    this.#feed = new RedisFeed(parts, listener, at);
    this.#feed.start();
  }

  async read(_partition: number, after: Position, limit: number): Promise<ReadResult> {
    const entries: LogEntry[] = [];
    let hasGap = false;
    let at = after;
    for (let isAtEnd = false; !isAtEnd && entries.length <= limit; ) {
      const [isLost, page] = listOf(await this.#partition.run(READ, at, PAGE));
      hasGap ||= isLost === 1;
      const found = listOf(page).map(streamEntryOf);
      for (const { before, position, messages } of found) {
        // A hole: what was there has been forgotten, and could not be put back.
        hasGap ||= before > at;
        for (const message of messages) if (message.position > after) entries.push(message);
        at = position;
      }
      isAtEnd = found.length < PAGE;
    }
    return { entries: entries.slice(0, limit), isComplete: entries.length <= limit, hasGap };
  }

  async head(_partition: number): Promise<Position> {
    return Number(textOf(await this.#partition.run(HEAD)));
  }

  /** Ends the feed. */
  async close(): Promise<void> {
    await this.#feed?.close();
  }

  get #partition(): Partition {
    return this.#parts().partition;
  }

  get #queue(): AppendQueue {
    return this.#parts().queue;
  }
}
