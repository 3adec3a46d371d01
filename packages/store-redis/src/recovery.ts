import type { Position, StoreHost } from "@encke/core";
import type { Partition } from "./partition.ts";
import type { Deadlines } from "./port/deadlines.ts";
import type { RedisConnection } from "./port/redis-port.ts";
import type { RecentEntries } from "./recent-entries.ts";
import { textOf } from "./replies.ts";
import { REPAIR } from "./scripts/repair-script.ts";
import { serverInfo } from "./server-info.ts";

/** Milliseconds that a node gives the others to put back what they know, before it publishes to a Redis that was started anew. */
const COURTESY = 250;

export interface RecoveryParts {
  readonly partition: Partition;
  readonly recent: RecentEntries;
  readonly deadlines: Deadlines;
  readonly host: Pick<StoreHost, "log">;
  /** Called when another server has answered than before. */
  onOther(): void;
}

/**
 * Looks at each new connection whether it leads to a Redis that has forgotten something: one that was started again from
 * what it had on its disk, or a replica that has taken over. What this node knows of the end of the log is put back then,
 * before anything else is written.
 */
export class Recovery {
  readonly #parts: RecoveryParts;
  #server: string | undefined;
  #isPrepared = false;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  /** Settles when the connection may be used. */
  async prepare(connection: RedisConnection): Promise<void> {
    // The name that a server gives itself at each start. Not every service tells it.
    const server = (await serverInfo(connection, "server")).get("run_id");
    const isOther = this.#isPrepared && this.#server !== server;
    if (isOther) this.#parts.onOther();
    if (isOther || (await this.#isBehind(connection))) await this.repair(connection);
    if (isOther) await this.#parts.deadlines.pause(COURTESY);
    this.#server = server;
    this.#isPrepared = true;
  }

  /** Puts back what is missing. Doing it again changes nothing. */
  async repair(connection: Pick<RedisConnection, "call">): Promise<void> {
    const { partition, recent, host } = this.#parts;
    const args = [partition.maxBytes, "-1", `${partition.seen}`, ...recent.toArguments()];
    const repaired = await connection.call(["EVAL", REPAIR.text, "1", partition.name, ...args]);
    host.log("warn", "store-redis: Redis was compared with what this node knows", { repaired });
  }

  async #isBehind(connection: RedisConnection): Promise<boolean> {
    const { partition } = this.#parts;
    const last = await connection.call(["HGET", `${partition.name}:meta`, "last"]);
    return lastOf(textOf(last)) < partition.seen;
  }
}

function lastOf(text: string): Position {
  return text === "" ? -1 : Number(text);
}
