import type {
  AppendResult,
  ILogListener,
  IMessageLog,
  LogEntry,
  Position,
  Publication,
  ReadResult,
} from "@encke/core";
import { JointState } from "./joint-state.ts";
import type { Partitioning } from "./partitioning.ts";
import { RedisFeed } from "./redis-feed.ts";
import { listOf, textOf } from "./replies.ts";
import { HEAD, READ } from "./scripts/log-scripts.ts";
import type { PartitionParts, StoreParts } from "./store-parts.ts";
import { streamEntryOf } from "./stream-entry.ts";
import { warmUp } from "./warm-up.ts";

/** Entries of the stream that are read in one go. Each has at least one message, or the news of a client. */
const PAGE = 64;

/** The log that all nodes share: a stream for each partition, and on each node one reader of it. */
export class RedisLog implements IMessageLog {
  readonly partitions: number;
  readonly #parts: () => StoreParts;
  readonly #partitioning: Partitioning;
  #feeds: readonly RedisFeed[] | undefined;

  constructor(parts: () => StoreParts, partitioning: Partitioning) {
    this.partitions = partitioning.count;
    this.#parts = parts;
    this.#partitioning = partitioning;
  }

  partitionOf(channel: string): number {
    return this.#partitioning.ofChannel(channel);
  }

  append(publication: Publication): Promise<AppendResult> {
    return this.#of(this.partitionOf(publication.channel)).queue.add(publication);
  }

  /** A second listener is a mistake, and rejects. */
  async open(listener: ILogListener): Promise<void> {
    if (this.#feeds !== undefined) throw new Error("store-redis: the feed is open already");
    const state = new JointState(listener);
    const { hooks, host, partitions } = this.#parts();
    hooks.onForgotten = () => listener.onForgotten?.();
    // News of a client may stand in another partition than the messages.
    const lookAhead = (): Promise<unknown> =>
      Promise.all((this.#feeds ?? []).map((feed) => feed.tellMoved()));
    const opening = partitions.map(async (parts, index) => {
      const { partition, recent, recovery, link, feedLink } = parts;
      const at = await this.head(index);
      partition.see(at);
      await warmUp(link, partition, recent, at);
      const repair = (): Promise<void> => recovery.repair(link);
      const revive = (): Promise<unknown> => link.call(["PING"]);
      const check = (): Promise<void> => recovery.check();
      const common = { partition, index, state, recent, host, repair, check, revive };
      const needed = { ...common, link: feedLink, commands: link, lookAhead };
      return new RedisFeed(needed, listener, at);
    });
    this.#feeds = await Promise.all(opening);
    for (const feed of this.#feeds) feed.start();
  }

  async read(index: number, after: Position, limit: number): Promise<ReadResult> {
    const { partition } = this.#of(index);
    const entries: LogEntry[] = [];
    let hasGap = false;
    let at = after;
    for (let isAtEnd = false; !isAtEnd && entries.length <= limit; ) {
      const [isLost, page] = listOf(await partition.run(READ, at, PAGE));
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

  async head(index: number): Promise<Position> {
    return Number(textOf(await this.#of(index).partition.run(HEAD)));
  }

  /** Ends the feed. */
  async close(): Promise<void> {
    await Promise.all((this.#feeds ?? []).map((feed) => feed.close()));
  }

  #of(index: number): PartitionParts {
    const parts = this.#parts().partitions[index];
    if (parts === undefined) throw new RangeError(`store-redis: there is no partition ${index}`);
    return parts;
  }
}
