import { randomUUID } from "node:crypto";
import {
  type ClientRecord,
  CometError,
  type Cursor,
  type IClientRepository,
  type Lease,
  type SubscriberPage,
} from "@encke/core";
import { clientRecordOf, cursorOf } from "./client-record.ts";
import { afterBound, merged } from "./pages.ts";
import type { Partition } from "./partition.ts";
import type { Partitioning } from "./partitioning.ts";
import { patternsFor } from "./patterns.ts";
import type { Reply } from "./port/redis-port.ts";
import { Running } from "./port/running.ts";
import type { Script } from "./port/script.ts";
import { listOf, pairsOf, textOf, textsOf } from "./replies.ts";
import {
  CLAIM,
  COUNT,
  CREATE,
  DESTROY,
  PUT_BACK,
  REAP,
  REWRITE,
  SUBSCRIBE,
  SUBSCRIBERS,
  TOUCH,
  UNSUBSCRIBE,
} from "./scripts/client-scripts.ts";
import { HEAD } from "./scripts/log-scripts.ts";
import type { PartitionParts, StoreParts } from "./store-parts.ts";

/** Milliseconds without any reaping after which the clock or the whole cluster is thought to have been away. */
const AWAY = 300_000;
/** Milliseconds that the nodes are then given to say who lives, and clients to come back. */
const GRACE = 60_000;

/**
 * The clients of all nodes, each in a hash and a lease of its own, in the partition of its id, where news of it are told, too.
 * Every change is one script, and so atomic.
 */
export class RedisClients implements IClientRepository {
  readonly #parts: () => StoreParts;
  readonly #partitioning: Partitioning;
  /** Those of several calls. */
  readonly #running = new Running();

  constructor(parts: () => StoreParts, partitioning: Partitioning) {
    this.#parts = parts;
    this.#partitioning = partitioning;
  }

  create(id: string, data: string, ttlMs: number): Promise<ClientRecord> {
    return this.#running.add(this.#create(id, data, ttlMs));
  }

  async #create(id: string, data: string, ttlMs: number): Promise<ClientRecord> {
    const others = await this.#otherPositions(id, []);
    const created = await this.#run(CREATE, id, data, ttlMs, randomUUID(), ...others);
    const record = clientRecordOf(id, created);
    if (record !== undefined) return record;
    throw new CometError("store_failed", `The client ${id} exists already.`);
  }

  async claim(
    id: string,
    node: string,
    ttlMs: number,
    ack: Cursor = [],
  ): Promise<ClientRecord | undefined> {
    return clientRecordOf(id, await this.#run(CLAIM, id, node, ttlMs, ack.join()));
  }

  /** That a connection is held is of no use here: an owner elsewhere is told everything. */
  commit(id: string, lease: Lease, cursor: Cursor): Promise<boolean> {
    return this.#partsFor(id).commits.add(id, lease, cursor);
  }

  async rewrite(id: string, { node, generation }: Lease, data: string): Promise<boolean> {
    return (await this.#run(REWRITE, id, node, generation, data)) === 1;
  }

  async putBack(record: ClientRecord, ttlMs: number): Promise<boolean> {
    const { id, owner = "", generation, cursor, subscriptions, data } = record;
    const lease = [owner, generation] as const;
    const patterns = [...subscriptions].flatMap(([pattern, since]) => [pattern, since.join()]);
    return (await this.#run(PUT_BACK, id, ttlMs, data, ...lease, cursor.join(), ...patterns)) === 1;
  }

  subscribe(id: string, pattern: string): Promise<Cursor | undefined> {
    return this.#running.add(this.#subscribe(id, pattern));
  }

  async #subscribe(id: string, pattern: string): Promise<Cursor | undefined> {
    const others = await this.#otherPositions(id, this.#partitioning.ofPattern(pattern));
    const since = await this.#run(SUBSCRIBE, id, pattern, this.#node, ...others);
    return since === null ? undefined : cursorOf(since);
  }

  async unsubscribe(id: string, pattern: string): Promise<boolean> {
    return (await this.#run(UNSUBSCRIBE, id, pattern, this.#node)) === 1;
  }

  async destroy(id: string, reason: string): Promise<ClientRecord | undefined> {
    return clientRecordOf(id, await this.#run(DESTROY, id, reason, this.#node));
  }

  async touch(ids: readonly string[], ttlMs: number): Promise<readonly string[]> {
    const unknown = this.#partitions.map(async (partition, index) => {
      const own = ids.filter((id) => this.#partitioning.ofClient(id) === index);
      return own.length === 0 ? [] : textsOf(await partition.run(TOUCH, ttlMs, ...own));
    });
    return (await Promise.all(unknown)).flat();
  }

  /** After a jump of Redis's clock, and when no node was there for long, clients get a minute to show that they live. */
  async reap(limit: number): Promise<readonly ClientRecord[]> {
    const records: ClientRecord[] = [];
    for (const partition of this.#partitions) {
      const most = limit - records.length;
      if (most === 0) break;
      const reaped = pairsOf(await partition.run(REAP, most, this.#node, AWAY, GRACE));
      records.push(...reaped.flatMap(([id, fields]) => clientRecordOf(id, fields) ?? []));
    }
    return records;
  }

  async count(): Promise<number> {
    const counts = await Promise.all(this.#partitions.map((partition) => partition.run(COUNT)));
    return counts.reduce<number>((sum, count) => sum + Number(count), 0);
  }

  async whereSubscribedTo(channel: string, limit: number, after?: string): Promise<SubscriberPage> {
    const args = [limit + 1, afterBound(after), ...patternsFor(channel)];
    const found = await Promise.all(
      this.#partitions.map((partition) => partition.run(SUBSCRIBERS, ...args)),
    );
    const pages = found.flatMap(listOf).map(textsOf);
    const { items, next } = merged(pages, limit);
    return next === undefined ? { ids: items } : { ids: items, next };
  }

  /** Settles when every change that was asked for until now has settled. */
  async idle(): Promise<void> {
    const { partitions } = this.#parts();
    await Promise.all([this.#running.idle(), ...partitions.map(({ commits }) => commits.idle())]);
  }

  get #node(): string {
    return this.#parts().host.node;
  }

  get #partitions(): readonly Partition[] {
    return this.#parts().partitions.map(({ partition }) => partition);
  }

  /** Runs a script in the partition of the client. */
  #run(script: Script, id: string, ...args: readonly (string | number)[]): Promise<Reply> {
    return this.#partsFor(id).partition.run(script, id, ...args);
  }

  #partsFor(id: string): PartitionParts {
    return this.#parts().partitions[this.#partitioning.ofClient(id)] as PartitionParts;
  }

  /**
   * The positions in all partitions but that of the client, as the text in front of it and behind it. Those that matter
   * are asked for; of the others it is enough what this node knows, which they have passed.
   */
  async #otherPositions(
    id: string,
    asked: readonly number[],
  ): Promise<readonly [before: string, after: string]> {
    const own = this.#partitioning.ofClient(id);
    const heads = await Promise.all(
      this.#partitions.map((partition, index) => {
        if (index === own) return "";
        const isKnown = partition.seen >= 0 && !asked.includes(index);
        return isKnown ? partition.seen : partition.run(HEAD);
      }),
    );
    const texts = heads.map(textOf);
    const before = texts.slice(0, own).map((text) => `${text},`);
    const after = texts.slice(own + 1).map((text) => `,${text}`);
    return [before.join(""), after.join("")];
  }
}
