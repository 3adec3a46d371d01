import type { HistoryPage, IHistory, Position } from "@encke/core";
import { decode } from "./encoding.ts";
import { positionOf } from "./positions.ts";
import { listOf, pairsOf, textOf } from "./replies.ts";
import { REPLAY } from "./scripts/history-scripts.ts";
import type { PartitionForChannel } from "./store-parts.ts";

/**
 * The last messages of the channels that want it. A channel whose messages have all ended is forgotten, and
 * one who asks for it from before that time is told of a gap, even if there never was such a message.
 */
export class RedisHistory implements IHistory {
  readonly #partitionFor: PartitionForChannel;

  constructor(partitionFor: PartitionForChannel) {
    this.#partitionFor = partitionFor;
  }

  async replay(channel: string, since: Position, limit: number): Promise<HistoryPage> {
    const reply = await this.#partitionFor(channel).run(REPLAY, channel, since, limit);
    const [hasGap, head, found] = listOf(reply);
    const entries = pairsOf(found).map(([id, text]) => decode(textOf(text), positionOf(id)));
    return { entries, hasGap: hasGap === 1, head: Number(textOf(head)) };
  }
}
