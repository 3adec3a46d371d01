import type { Position } from "@encke/core";
import type { Partition } from "./partition.ts";
import type { RedisConnection } from "./port/redis-port.ts";
import { idOf, positionOf } from "./positions.ts";
import { KEPT_MS, type RecentEntries } from "./recent-entries.ts";
import { listOf, textOf, textsOf } from "./replies.ts";

/** Entries that are read in one go, and at most. */
const PAGE = 32;
const MOST = 1_024;

/**
 * Remembers the end of the log up to a position, so that a node that has just come can put it back, too, when Redis
 * forgets it.
 */
export async function warmUp(
  connection: Pick<RedisConnection, "call">,
  { logKey }: Pick<Partition, "logKey">,
  recent: RecentEntries,
  end: Position,
): Promise<void> {
  const from = idOf(Math.max(0, end - KEPT_MS * 1024));
  const found: (readonly [Position, readonly string[]])[] = [];
  let room = recent.maxCharacters;
  for (let to = idOf(end), isAll = false; !isAll && room > 0 && found.length < MOST; ) {
    const command = ["XREVRANGE", logKey, to, from, "COUNT", `${PAGE}`];
    const page = listOf(await connection.call(command)).map(listOf);
    for (const [id, fields] of page) {
      const texts = textsOf(fields);
      room -= texts.reduce((sum, { length }) => sum + length, 0);
      if (room > 0) found.unshift([positionOf(textOf(id)), texts]);
      to = `(${textOf(id)}`;
    }
    isAll = page.length < PAGE;
  }
  for (const [position, fields] of found) recent.add(position, fields, "told");
}
