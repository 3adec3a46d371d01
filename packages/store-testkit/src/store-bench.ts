import type {
  AppendResult,
  Awaitable,
  ClientRecord,
  Cursor,
  IClientRepository,
  IMessageLog,
  IStore,
  Publication,
} from "@encke/core";
import { expectThere } from "./expectations.ts";
import { FakeHost } from "./fake-host.ts";
import { FeedRecorder } from "./feed-recorder.ts";
import type { StoreUnderTest } from "./store-under-test.ts";
import { inTurn, within } from "./together.ts";

/** Milliseconds of the host's clock that a client of the kit lives. */
export const TTL = 60_000;
export const CHANNEL = "/kit/room";

const PATIENCE = 2_000;
const CLOSING_DEADLINE = 1_000;

/** An opened store, its host, and what its feed has told. */
export class StoreBench {
  readonly subject: StoreUnderTest;
  readonly store: IStore;
  readonly host: FakeHost;
  readonly feed: FeedRecorder;
  readonly patience: number;
  readonly #others: StoreBench[] = [];

  private constructor(subject: StoreUnderTest, store: IStore, host: FakeHost) {
    this.subject = subject;
    this.store = store;
    this.host = host;
    this.patience = subject.patience ?? PATIENCE;
    this.feed = new FeedRecorder(this.patience);
  }

  static async open(
    subject: StoreUnderTest,
    store: Awaitable<IStore>,
    host: FakeHost = new FakeHost(),
  ): Promise<StoreBench> {
    const bench = new StoreBench(subject, await store, host);
    await bench.store.open(host);
    await bench.log.open(bench.feed);
    return bench;
  }

  get log(): IMessageLog {
    return this.store.log;
  }

  get clients(): IClientRepository {
    return this.store.clients;
  }

  /** Appends a message with this text as its data. */
  append(text: string, changes: Partial<Publication> = {}): Awaitable<AppendResult> {
    return this.log.append(message(text, changes));
  }

  create(id: string, ttlMs: number = TTL): Awaitable<ClientRecord> {
    return this.clients.create(id, "{}", ttlMs);
  }

  /** Claims a client that must be there, for this node. */
  async claim(id: string, ack?: Cursor): Promise<ClientRecord> {
    const { node } = this.host;
    const record = await (ack === undefined
      ? this.clients.claim(id, node, TTL)
      : this.clients.claim(id, node, TTL, ack));
    return expectThere(record, `a claim of ${id}`);
  }

  async heads(): Promise<Cursor> {
    return await inTurn(this.log.partitions, (partition) => this.log.head(partition));
  }

  async letTimePass(ms: number): Promise<void> {
    this.host.advance(ms);
    for (const other of this.#others) other.host.advance(ms);
    await this.subject.letTimePass?.(this.store, ms);
  }

  /** Another node on the same data. */
  async join(node: string): Promise<StoreBench> {
    const join = expectThere(this.subject.join, "`join`, which a store of many nodes needs");
    return await this.#add(join.call(this.subject, this.store), new FakeHost(node));
  }

  /** A store of its own that keeps little. Only for cases that need it. */
  async forgetful(): Promise<StoreBench> {
    const create = expectThere(this.subject.createForgetful, "`createForgetful`");
    return await this.#add(create.call(this.subject), new FakeHost());
  }

  /** Closes the store and opens what it has left. */
  async restart(): Promise<StoreBench> {
    const reopen = expectThere(this.subject.reopen, "`reopen`, which a store that lasts needs");
    await this.store.close(CLOSING_DEADLINE);
    return await this.#add(reopen.call(this.subject, this.store), new FakeHost(this.host.node, 0));
  }

  async end(): Promise<void> {
    for (const other of this.#others) await other.end();
    const { store, patience } = this;
    await within(CLOSING_DEADLINE + patience, store.close(CLOSING_DEADLINE), "closing the store");
    await this.subject.destroy?.(store);
  }

  async #add(store: Awaitable<IStore>, host: FakeHost): Promise<StoreBench> {
    const bench = await StoreBench.open(this.subject, store, host);
    this.#others.push(bench);
    return bench;
  }
}

/** A publication with this text as its data. */
export function message(text: string, changes: Partial<Publication> = {}): Publication {
  const channel = changes.channel ?? CHANNEL;
  return { channel, json: jsonOf(text, channel), ...changes };
}

/** The Bayeux message of {@link message}. */
export function jsonOf(text: string, channel: string = CHANNEL): string {
  return JSON.stringify({ channel, data: text });
}
