import {
  type ClientRecord,
  CometError,
  type Cursor,
  type IClientRepository,
  type Lease,
  RenewedMap,
  type StoreHost,
  type SubscriberPage,
} from "@encke/core";
import type { ClientNews, IClientNewsLog } from "./client-news.ts";
import { ExpiryQueue } from "./expiry-queue.ts";
import { StoredClient, type StoredRecord } from "./stored-client.ts";
import { SubscriberIndex } from "./subscriber-index.ts";

/** What a new client is subscribed to. */
const NONE = new Map<string, Cursor>();

/**
 * The clients of one process, every answer at once. Stands alone, so that a store that keeps them somewhere
 * else as well can use it for what it knows of them now.
 */
export class MemoryClients implements IClientRepository {
  readonly #log: IClientNewsLog;
  readonly #clients = new RenewedMap<string, StoredClient>();
  readonly #expiries = new ExpiryQueue<StoredClient>();
  readonly #subscribers = new SubscriberIndex();
  #openedBy: Pick<StoreHost, "node" | "now"> | undefined;

  constructor(log: IClientNewsLog) {
    this.#log = log;
  }

  /** Comes before everything else: lives are measured on the host's clock. */
  open(host: Pick<StoreHost, "node" | "now">): void {
    this.#openedBy = host;
  }

  /** Throws a `CometError` with the code `store_failed` when the id exists. */
  create(id: string, data: string, ttlMs: number): ClientRecord {
    const cursor = this.#log.heads;
    return this.#add({ id, generation: 1, cursor, subscriptions: NONE, data }, ttlMs);
  }

  /** Puts back a client that was kept elsewhere, as it was, for `ttlMs` from now. Throws as `create` does. */
  restore(record: ClientRecord, ttlMs: number): ClientRecord {
    return this.#add({ ...record, subscriptions: new Map(record.subscriptions) }, ttlMs);
  }

  /** The client as it is now, which no later change reaches. */
  get(id: string): ClientRecord | undefined {
    return this.#clients.get(id)?.toRecord();
  }

  claim(id: string, node: string, ttlMs: number, ack?: Cursor): ClientRecord | undefined {
    const client = this.#clients.get(id);
    if (client === undefined) return;
    const from = client.owner;
    const generation = client.claim(node, ack);
    this.#renew(client, ttlMs);
    if (from !== undefined && from !== node) {
      this.#log.announce({ type: "moved", client: id, from, generation });
    }
    return client.toRecord();
  }

  /** That a connection is held is of no use here: an owner elsewhere is told everything. */
  commit(id: string, lease: Lease, cursor: Cursor): boolean {
    return this.#clients.get(id)?.commit(lease, cursor) ?? false;
  }

  rewrite(id: string, lease: Lease, data: string): boolean {
    return this.#clients.get(id)?.rewrite(lease, data) ?? false;
  }

  subscribe(id: string, pattern: string): Cursor | undefined {
    const client = this.#clients.get(id);
    if (client === undefined) return;
    const before = client.subscription(pattern);
    if (before !== undefined) return before;
    const since = this.#log.heads;
    client.subscribe(pattern, since);
    this.#subscribers.add(pattern, id);
    this.#tell(client, (owner) => ({ type: "subscribed", client: id, owner, pattern }));
    return since;
  }

  unsubscribe(id: string, pattern: string): boolean {
    const client = this.#clients.get(id);
    if (client === undefined || !client.unsubscribe(pattern)) return false;
    this.#subscribers.remove(pattern, id);
    this.#tell(client, (owner) => ({ type: "unsubscribed", client: id, owner, pattern }));
    return true;
  }

  destroy(id: string, reason: string): ClientRecord | undefined {
    const client = this.#clients.get(id);
    if (client === undefined) return;
    this.#expiries.remove(client);
    return this.#end(client, reason);
  }

  touch(ids: readonly string[], ttlMs: number): readonly string[] {
    const unknown: string[] = [];
    for (const id of ids) {
      const client = this.#clients.get(id);
      if (client === undefined) unknown.push(id);
      else this.#renew(client, ttlMs);
    }
    return unknown;
  }

  /** Those that ended first come first. An owner elsewhere hears `ended` with the reason `timeout`. */
  reap(limit: number): readonly ClientRecord[] {
    const reaped: ClientRecord[] = [];
    const now = this.#host.now();
    while (reaped.length < limit) {
      const client = this.#expiries.takeExpired(now);
      if (client === undefined) break;
      reaped.push(this.#end(client, "timeout"));
    }
    return reaped;
  }

  count(): number {
    return this.#clients.size;
  }

  /** Costs as much as there are subscribers of the channel, however few are asked for. */
  whereSubscribedTo(channel: string, limit: number, after?: string): SubscriberPage {
    return this.#subscribers.page(channel, limit, after);
  }

  #add(record: StoredRecord, ttlMs: number): ClientRecord {
    if (this.#clients.has(record.id)) {
      throw new CometError("store_failed", `The client ${record.id} exists already.`);
    }
    const client = new StoredClient(record, this.#host.now() + ttlMs);
    this.#clients.set(client.id, client);
    this.#expiries.add(client);
    for (const pattern of client.patterns) this.#subscribers.add(pattern, client.id);
    return client.toRecord();
  }

  #end(client: StoredClient, reason: string): ClientRecord {
    this.#clients.delete(client.id);
    for (const pattern of client.patterns) this.#subscribers.remove(pattern, client.id);
    this.#tell(client, (owner) => ({ type: "ended", client: client.id, owner, reason }));
    return client.toRecord();
  }

  /** A node that serves the client is told only what another one did. */
  #tell(client: StoredClient, news: (owner: string) => ClientNews): void {
    const { owner } = client;
    if (owner !== undefined && owner !== this.#host.node) this.#log.announce(news(owner));
  }

  #renew(client: StoredClient, ttlMs: number): void {
    this.#expiries.renew(client, this.#host.now() + ttlMs);
  }

  get #host(): Pick<StoreHost, "node" | "now"> {
    if (this.#openedBy === undefined) throw new Error("store-memory: open(host) comes first");
    return this.#openedBy;
  }
}
