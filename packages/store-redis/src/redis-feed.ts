import type { ControlEntry, ILogListener, LogEntry, Position, StoreHost } from "@encke/core";
import type { JointState } from "./joint-state.ts";
import type { Partition } from "./partition.ts";
import type { RedisLink } from "./port/redis-link.ts";
import type { Reply } from "./port/redis-port.ts";
import { idOf } from "./positions.ts";
import type { RecentEntries } from "./recent-entries.ts";
import { listOf } from "./replies.ts";
import { type StreamEntry, streamEntryOf } from "./stream-entry.ts";

const ENTRIES_AT_ONCE = 500;
/** Milliseconds that Redis waits for news before it says that there is none. */
const WAITING = 1_000;
/** Milliseconds without any word after which the connection is thought dead. */
const PATIENCE = 3_000;
/** Milliseconds without any word after which clients may have gone to other nodes, and nobody has told this one. */
const ABSENCE = WAITING + 500;
const FIRST_PAUSE = 25;
const LONGEST_PAUSE = 1_000;

export interface FeedParts {
  readonly partition: Partition;
  /** Its number among all partitions. */
  readonly index: number;
  readonly state: JointState;
  /** Of its own: it is always waiting. */
  readonly link: Pick<RedisLink, "attemptLasting" | "pause" | "close">;
  /** For what does not wait. */
  readonly commands: Pick<RedisLink, "call">;
  readonly recent: RecentEntries;
  /** Sees to it that Redis is there and has what this node knows. */
  readonly revive: () => Promise<unknown>;
  /** Called when others have gone on from before what this node has read. */
  readonly repair: () => Promise<unknown>;
  /** Called when there was nothing to read for a while: Redis may have forgotten what this node has read. */
  readonly check: () => Promise<unknown>;
  /** Has the feeds of all partitions tell who has moved away; see {@link RedisFeed.tellMoved}. */
  readonly lookAhead: () => Promise<unknown>;
  readonly host: Pick<StoreHost, "node" | "log" | "now">;
}

/** Reads the log to its end, and goes on for as long as the store is open. */
export class RedisFeed {
  readonly #parts: FeedParts;
  readonly #listener: ILogListener;
  #at: Position;
  #isOpen = true;
  #isLive = true;
  #heardAt: number;
  #running: Promise<void> | undefined;

  /** Begins after the position `at`. */
  constructor(parts: FeedParts, listener: ILogListener, at: Position) {
    this.#parts = parts;
    this.#listener = listener;
    this.#at = at;
    this.#heardAt = parts.host.now();
  }

  start(): void {
    this.#heardAt = this.#parts.host.now();
    this.#running ??= this.#run();
  }

  /** Nothing is told from now on. Settles when nothing is under way any more. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#parts.link.close();
    await this.#running;
  }

  /**
   * Tells now which clients have moved away in what has not been read yet. For a node that stood still, or could not reach
   * Redis: the messages in front of that news have come to those clients through other nodes, and may have through a
   * connection that nobody has closed yet as well.
   */
  async tellMoved(): Promise<void> {
    const { partition, commands } = this.#parts;
    for (let at = this.#at, isAtEnd = false; !isAtEnd && this.#isOpen; ) {
      const limits = ["COUNT", `${ENTRIES_AT_ONCE}`, "STREAMS", partition.logKey, idOf(at)];
      const entries = entriesOf(await commands.call(["XREAD", ...limits]));
      for (const { news } of entries) if (news?.type === "moved") this.#tellNews(news);
      at = entries.at(-1)?.position ?? at;
      isAtEnd = entries.length < ENTRIES_AT_ONCE;
    }
  }

  async #run(): Promise<void> {
    let pause = FIRST_PAUSE;
    while (this.#isOpen) {
      try {
        if (!this.#isLive) await this.#parts.revive();
        const entries = await this.#next();
        if (entries.length === 0) await this.#parts.check();
        if (this.#parts.host.now() - this.#heardAt > ABSENCE) await this.#parts.lookAhead();
        if (entries.some(({ before }) => before < this.#at)) await this.#parts.repair();
        this.#tell(entries);
        this.#become(true);
        this.#heardAt = this.#parts.host.now();
        pause = FIRST_PAUSE;
      } catch (cause) {
        if (!this.#isOpen) return;
        this.#become(false, cause);
        await this.#parts.link.pause(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      }
    }
  }

  async #next(): Promise<readonly StreamEntry[]> {
    const { partition, link, recent } = this.#parts;
    const limits = ["COUNT", `${ENTRIES_AT_ONCE}`, "BLOCK", `${WAITING}`];
    const streams = ["STREAMS", partition.logKey, idOf(this.#at)];
    const entries = entriesOf(
      await link.attemptLasting(["XREAD", ...limits, ...streams], PATIENCE),
    );
    // Before anything else is waited for: Redis may forget them meanwhile, and this node puts them back then.
    for (const { position, fields } of entries) recent.add(position, fields, "read");
    return entries;
  }

  #tell(entries: readonly StreamEntry[]): void {
    const { index } = this.#parts;
    let messages: LogEntry[] = [];
    const tellMessages = (): void => {
      if (messages.length > 0) this.#listener.onEntries(index, messages);
      messages = [];
    };
    for (const entry of entries) {
      if (!this.#isOpen) return;
      if (entry.before > this.#at || entry.news !== undefined) tellMessages();
      if (entry.before > this.#at) this.#listener.onGap(index, this.#at, entry.before);
      if (!this.#isRepetition(entry)) messages.push(...entry.messages);
      if (entry.news !== undefined) this.#tellNews(entry.news);
      this.#parts.recent.add(entry.position, entry.fields, "told");
      this.#at = entry.position;
    }
    tellMessages();
    this.#parts.partition.see(this.#at);
  }

  /** Another node has put back what the clients of this one have. */
  #isRepetition({ wasAt }: StreamEntry): boolean {
    return wasAt !== undefined && this.#parts.recent.wasTold(wasAt);
  }

  /** Only what concerns this node. */
  #tellNews(news: ControlEntry): void {
    const node = news.type === "moved" ? news.from : news.owner;
    if (node === this.#parts.host.node) this.#listener.onControl(this.#parts.index, news);
  }

  #become(isLive: boolean, cause?: unknown): void {
    if (this.#isLive === isLive) return;
    this.#isLive = isLive;
    if (!isLive) this.#parts.host.log("warn", "store-redis: the feed cannot be read", { cause });
    this.#parts.state.become(this.#parts.index, isLive);
  }
}

/** What Redis has answered to an `XREAD` of one stream. */
function entriesOf(reply: Reply): readonly StreamEntry[] {
  const [stream] = listOf(reply);
  return listOf(listOf(stream)[1]).map(streamEntryOf);
}
