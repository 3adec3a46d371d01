import type { IPresence, PresencePage } from "@encke/core";
import { afterBound } from "./pages.ts";
import { pairsOf, textOf } from "./replies.ts";
import { COUNT_PRESENT, ENTER, LEAVE, LIST } from "./scripts/presence-scripts.ts";
import type { PartitionForChannel } from "./store-parts.ts";

/** Who is on a channel, for all nodes, until they leave or their time has passed. */
export class RedisPresence implements IPresence {
  readonly #partitionFor: PartitionForChannel;

  constructor(partitionFor: PartitionForChannel) {
    this.#partitionFor = partitionFor;
  }

  /** Entering again writes the new `info` and begins `ttlMs` anew. */
  async enter(channel: string, clientId: string, info: string, ttlMs: number): Promise<boolean> {
    return (await this.#partitionFor(channel).run(ENTER, channel, clientId, info, ttlMs)) === 1;
  }

  async leave(channel: string, clientId: string): Promise<boolean> {
    return (await this.#partitionFor(channel).run(LEAVE, channel, clientId)) === 1;
  }

  /** In order of the clients' ids. */
  async list(channel: string, limit: number, after?: string): Promise<PresencePage> {
    const bound = afterBound(after);
    const found = pairsOf(await this.#partitionFor(channel).run(LIST, channel, limit + 1, bound));
    const page = found.slice(0, limit);
    const members = page.map(([clientId, info]) => ({ clientId, info: textOf(info) }));
    const next = members.at(-1)?.clientId;
    return found.length <= limit || next === undefined ? { members } : { members, next };
  }

  async count(channel: string): Promise<number> {
    return Number(await this.#partitionFor(channel).run(COUNT_PRESENT, channel));
  }
}
