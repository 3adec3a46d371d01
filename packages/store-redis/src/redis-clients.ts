import { randomUUID } from "node:crypto";
import {
  type ClientRecord,
  CometError,
  type Cursor,
  type IClientRepository,
  type Lease,
  type SubscriberPage,
} from "@encke/core";
import { clientRecordOf } from "./client-record.ts";
import { afterBound, merged } from "./pages.ts";
import { patternsFor } from "./patterns.ts";
import type { Reply } from "./port/redis-port.ts";
import type { Script } from "./port/script.ts";
import { listOf, pairsOf, textOf, textsOf } from "./replies.ts";
import {
  CLAIM,
  COMMIT,
  COUNT,
  CREATE,
  DESTROY,
  REAP,
  REWRITE,
  SUBSCRIBE,
  SUBSCRIBERS,
  TOUCH,
  UNSUBSCRIBE,
} from "./scripts/client-scripts.ts";
import type { StoreParts } from "./store-parts.ts";

const UNACKNOWLEDGED = -1;
/** Milliseconds without any reaping after which the clock or the whole cluster is thought to have been away. */
const AWAY = 300_000;
/** Milliseconds that the nodes are then given to say who lives, and clients to come back. */
const GRACE = 60_000;

/** The clients of all nodes, each in a hash of its own. Every change is one script, and so atomic. */
export class RedisClients implements IClientRepository {
  readonly #parts: () => StoreParts;

  constructor(parts: () => StoreParts) {
    this.#parts = parts;
  }

  async create(id: string, data: string, ttlMs: number): Promise<ClientRecord> {
    const record = clientRecordOf(id, await this.#run(CREATE, id, data, ttlMs, randomUUID()));
    if (record !== undefined) return record;
    throw new CometError("store_failed", `The client ${id} exists already.`);
  }

  async claim(
    id: string,
    node: string,
    ttlMs: number,
    ack?: Cursor,
  ): Promise<ClientRecord | undefined> {
    const position = ack?.[0] ?? UNACKNOWLEDGED;
    return clientRecordOf(id, await this.#run(CLAIM, id, node, ttlMs, position));
  }

  /** That a connection is held is of no use here: an owner elsewhere is told everything. */
  async commit(id: string, lease: Lease, cursor: Cursor): Promise<boolean> {
    const { node, generation } = lease;
    return (await this.#run(COMMIT, id, node, generation, cursor[0] ?? UNACKNOWLEDGED)) === 1;
  }

  async rewrite(id: string, { node, generation }: Lease, data: string): Promise<boolean> {
    return (await this.#run(REWRITE, id, node, generation, data)) === 1;
  }

  async subscribe(id: string, pattern: string): Promise<Cursor | undefined> {
    const since = await this.#run(SUBSCRIBE, id, pattern, this.#node);
    return since === null ? undefined : [Number(textOf(since))];
  }

  async unsubscribe(id: string, pattern: string): Promise<boolean> {
    return (await this.#run(UNSUBSCRIBE, id, pattern, this.#node)) === 1;
  }

  async destroy(id: string, reason: string): Promise<ClientRecord | undefined> {
    return clientRecordOf(id, await this.#run(DESTROY, id, reason, this.#node));
  }

  async touch(ids: readonly string[], ttlMs: number): Promise<readonly string[]> {
    return ids.length === 0 ? [] : textsOf(await this.#run(TOUCH, ttlMs, ...ids));
  }

  /** After a jump of Redis's clock, and when no node was there for long, clients get a minute to show that they live. */
  async reap(limit: number): Promise<readonly ClientRecord[]> {
    const reaped = pairsOf(await this.#run(REAP, limit, this.#node, AWAY, GRACE));
    return reaped.flatMap(([id, fields]) => clientRecordOf(id, fields) ?? []);
  }

  async count(): Promise<number> {
    return Number(await this.#run(COUNT));
  }

  async whereSubscribedTo(channel: string, limit: number, after?: string): Promise<SubscriberPage> {
    const bound = afterBound(after);
    const pages = await this.#run(SUBSCRIBERS, limit + 1, bound, ...patternsFor(channel));
    const { items, next } = merged(listOf(pages).map(textsOf), limit);
    return next === undefined ? { ids: items } : { ids: items, next };
  }

  get #node(): string {
    return this.#parts().host.node;
  }

  #run(script: Script, ...args: readonly (string | number)[]): Promise<Reply> {
    return this.#parts().partition.run(script, ...args);
  }
}
