import type { Position, StoreHost } from "@encke/core";
import type { Partition } from "./partition.ts";
import type { Deadlines } from "./port/deadlines.ts";
import type { RedisConnection } from "./port/redis-port.ts";
import type { RecentEntries } from "./recent-entries.ts";
import { listOf, textsOf } from "./replies.ts";
import { REPAIR } from "./scripts/repair-script.ts";
import { serverInfo } from "./server-info.ts";

/** Seconds after the start of a Redis in which nodes that knew it before come back, and put back what it has forgotten. */
const COMING_BACK = 2;

type Caller = Pick<RedisConnection, "call">;

export interface RecoveryParts {
  readonly partition: Partition;
  readonly recent: RecentEntries;
  readonly deadlines: Deadlines;
  /** How many producer keys are remembered. */
  readonly maxProducers: number;
  readonly host: Pick<StoreHost, "log">;
  /** For what is done when the connection may have been replaced by another one. */
  readonly commands: Caller;
  /** Called when another server has answered than before. */
  onOther(): void;
  /** Called when Redis has forgotten its clients. */
  onForgotten(): void;
}

/** What Redis says of itself. */
interface RedisState {
  /** The last position given out; -1: none was. */
  readonly last: Position;
  /** When it forgot everything, by its clock; 0: it did not. */
  readonly remade: number;
}

/**
 * Looks at each new connection whether it leads to a Redis that has forgotten something: one that was started again from
 * what it had on its disk, or a replica that has taken over. What this node knows of the end of the log is put back then,
 * before anything else is written.
 */
export class Recovery {
  readonly #parts: RecoveryParts;
  #server: string | undefined;
  #remade = 0;
  #isPrepared = false;
  /** Something may still have to be put back. */
  #isHalfDone = false;
  #isTakingPart = false;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  /** Settles when the connection may be used. */
  async prepare(connection: RedisConnection): Promise<void> {
    // The name that a server gives itself at each start. Not every service tells it.
    const info = await serverInfo(connection, "server");
    const server = info.get("run_id");
    const isOther = this.#isPrepared && this.#server !== server;
    this.#server = server;
    // Until that has come to its end.
    if (isOther) this.#isHalfDone = true;
    if (isOther) this.#parts.onOther();
    const state = await this.#stateOf(connection);
    if (!this.#isPrepared) this.#remade = state.remade;
    if (this.#isHalfDone || this.#isNews(state)) await this.repair(connection);
    // A node that has just come has nothing to put back, and what it published now would take the place of that.
    const left = COMING_BACK - Number(info.get("uptime_in_seconds") ?? COMING_BACK);
    if (!this.#isPrepared && state.last >= 0 && left > 0) {
      await this.#parts.deadlines.pause(left * 1_000);
    }
    this.#isPrepared = true;
  }

  /** Puts back what is missing, if anything is. For a node that has heard nothing for a while. */
  async check(): Promise<void> {
    const { commands } = this.#parts;
    if (this.#isNews(await this.#stateOf(commands))) await this.repair(commands);
  }

  /** Another node has begun to put back what it knows. Nobody waits for it, and those who ask meanwhile mean the same. */
  takePart(): void {
    // Who has begun already comes again by itself.
    if (this.#isTakingPart || this.#isHalfDone) return;
    this.#isTakingPart = true;
    void this.#unawaited(this.check()).then(() => {
      this.#isTakingPart = false;
    });
  }

  /** Puts back what is missing. Doing it again changes nothing. */
  async repair(connection: Caller): Promise<void> {
    const { partition, recent, host } = this.#parts;
    const limits = [`${partition.seen}`, `${this.#parts.maxProducers}`];
    const args = [partition.maxBytes, "-1", this.#server ?? "", ...limits, ...recent.toArguments()];
    const reply = await connection.call(["EVAL", REPAIR.text, "1", partition.name, ...args]);
    const [repaired, wait, remade] = listOf(reply).map(Number) as [number, number, number];
    host.log("warn", "store-redis: Redis was compared with what this node knows", { repaired });
    this.#isHalfDone = wait > 0;
    if (wait > 0) void this.#repairAgain(wait);
    if (remade === 0 || remade === this.#remade) return;
    this.#remade = remade;
    this.#parts.onForgotten();
  }

  /** Nobody waits for it. */
  async #repairAgain(wait: number): Promise<void> {
    const { deadlines, commands } = this.#parts;
    await deadlines.pause(wait);
    if (this.#isHalfDone) await this.#unawaited(this.repair(commands));
  }

  async #unawaited(repair: Promise<void>): Promise<void> {
    const text = "store-redis: Redis could not be compared with what this node knows";
    await repair.catch((cause) => this.#parts.host.log("warn", text, { cause }));
  }

  #isNews({ last, remade }: RedisState): boolean {
    return last < this.#parts.partition.seen || (remade !== 0 && remade !== this.#remade);
  }

  async #stateOf(connection: Caller): Promise<RedisState> {
    const meta = `${this.#parts.partition.name}:meta`;
    const [last, remade] = textsOf(await connection.call(["HMGET", meta, "last", "remade"]));
    return { last: Number(last || -1), remade: Number(remade || 0) };
  }
}
