import type { HistoryPage, IHistory, LogEntry, Position } from "@encke/core";
import { ExpiryQueue } from "./expiry-queue.ts";
import { KeptChannel } from "./kept-channel.ts";

const NOTHING_OLDER = -1;
const ALL_KEPT = -2;

/** What the history needs of its surroundings. */
export interface HistorySources {
  now(): number;
  head(): Position;
}

/**
 * The last messages of the channels that want it. A channel whose messages have all ended is forgotten, and
 * one who asks for it from before that time is told of a gap, even if there never was such a message.
 */
export class MemoryHistory implements IHistory {
  readonly #sources: HistorySources;
  readonly #channels = new Map<string, KeptChannel>();
  readonly #expiries = new ExpiryQueue<KeptChannel>();
  #forgotten: Position;

  /** Nothing up to the position `startAfter` was ever here: who asks from below it is told of a gap. */
  constructor(sources: HistorySources, startAfter: Position) {
    this.#sources = sources;
    this.#forgotten = startAfter;
  }

  /** Takes a message in, if it asks to be kept. */
  add(entry: LogEntry): void {
    if (entry.keep === undefined) return;
    const now = this.#sources.now();
    this.#forgetEnded(now);
    const channel = this.#channels.get(entry.channel) ?? this.#begin(entry.channel, now);
    channel.add(entry, entry.keep, now);
    this.#expiries.renew(channel, Math.max(channel.expiresAt, now + entry.keep.ms));
  }

  replay(channel: string, since: Position, limit: number): HistoryPage {
    const now = this.#sources.now();
    const head = this.#sources.head();
    this.#forgetEnded(now);
    if (since === NOTHING_OLDER) return { entries: [], hasGap: false, head };
    const kept = this.#channels.get(channel);
    const entries = kept?.read(since, limit, now) ?? [];
    const forgotten = kept?.forgotten ?? this.#forgotten;
    return { entries, hasGap: since !== ALL_KEPT && since < forgotten, head };
  }

  #begin(name: string, now: number): KeptChannel {
    const channel = new KeptChannel(name, this.#forgotten, now);
    this.#channels.set(name, channel);
    this.#expiries.add(channel);
    return channel;
  }

  #forgetEnded(now: number): void {
    for (;;) {
      const channel = this.#expiries.takeExpired(now);
      if (channel === undefined) return;
      this.#channels.delete(channel.name);
      this.#forgotten = Math.max(this.#forgotten, channel.last);
    }
  }
}
