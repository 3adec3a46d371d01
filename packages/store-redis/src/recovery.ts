import type { Position, StoreHost } from "@encke/core";
import type { Partition } from "./partition.ts";
import type { Deadlines } from "./port/deadlines.ts";
import type { RedisConnection } from "./port/redis-port.ts";
import type { RecentEntries } from "./recent-entries.ts";
import { listOf, textOf } from "./replies.ts";
import { REPAIR } from "./scripts/repair-script.ts";
import { serverInfo } from "./server-info.ts";

/** Milliseconds that a node gives the others to put back what they know, before it publishes to a Redis that was started anew. */
const COURTESY = 250;
/** Seconds after the start of a Redis in which nodes that knew it before come back, and put back what it has forgotten. */
const COMING_BACK = 2;

export interface RecoveryParts {
  readonly partition: Partition;
  readonly recent: RecentEntries;
  readonly deadlines: Deadlines;
  /** How many producer keys are remembered. */
  readonly maxProducers: number;
  readonly host: Pick<StoreHost, "log">;
  /** Called when another server has answered than before. */
  onOther(): void;
  /** Called when Redis has forgotten its clients. */
  onForgotten(): void;
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
    const info = await serverInfo(connection, "server");
    const server = info.get("run_id");
    const isOther = this.#isPrepared && this.#server !== server;
    if (isOther) this.#parts.onOther();
    const last = await this.#lastIn(connection);
    if (isOther || last < this.#parts.partition.seen) await this.repair(connection);
    if (isOther) await this.#parts.deadlines.pause(COURTESY);
    // A node that has just come has nothing to put back, and what it published now would take the place of that.
    const left = COMING_BACK - Number(info.get("uptime_in_seconds") ?? COMING_BACK);
    if (!this.#isPrepared && last >= 0 && left > 0) await this.#parts.deadlines.pause(left * 1_000);
    this.#server = server;
    this.#isPrepared = true;
  }

  /** Puts back what is missing. Doing it again changes nothing. */
  async repair(connection: Pick<RedisConnection, "call">): Promise<void> {
    const { partition, recent, host } = this.#parts;
    const limits = [partition.maxBytes, "-1", `${partition.seen}`, `${this.#parts.maxProducers}`];
    const args = [...limits, ...recent.toArguments()];
    const reply = await connection.call(["EVAL", REPAIR.text, "1", partition.name, ...args]);
    const [repaired, hasForgotten] = listOf(reply);
    host.log("warn", "store-redis: Redis was compared with what this node knows", { repaired });
    if (hasForgotten === 1) this.#parts.onForgotten();
  }

  /** The last position given out; -1: none was. */
  async #lastIn(connection: RedisConnection): Promise<Position> {
    const { partition } = this.#parts;
    const last = textOf(await connection.call(["HGET", `${partition.name}:meta`, "last"]));
    return last === "" ? -1 : Number(last);
  }
}
