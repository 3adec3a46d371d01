import type { Awaitable } from "../ports/awaitable.ts";
import type { Cursor } from "./message-log.ts";

/** All that is kept of a client: small, plain, and without anything that lives. */
export interface ClientRecord {
  readonly id: string;
  /** The node that serves the client now. */
  readonly owner?: string;
  /** One higher after each claim, so that a node that was too slow can be told so. */
  readonly generation: number;
  readonly cursor: Cursor;
  /** Each pattern with the cursor after which it applies. */
  readonly subscriptions: ReadonlyMap<string, Cursor>;
  /** JSON written by core when the client is made, and anew when somebody shakes hands as one that was made before. Of no meaning to the store. */
  readonly data: string;
}

/** The right of a node to write a client's record, until someone else claims it. */
export interface Lease {
  readonly node: string;
  readonly generation: number;
}

export interface SubscriberPage {
  readonly ids: readonly string[];
  /** Pass it as `after` to get the next page. Missing on the last. */
  readonly next?: string;
}

/** Where clients live. Each method is atomic and may answer at once or with a promise. */
export interface IClientRepository {
  /** Rejects when the id exists. The new record has generation 1, no owner, and the head of the log as its cursor. */
  create(id: string, data: string, ttlMs: number): Awaitable<ClientRecord>;
  /**
   * Takes the client over: the owner becomes `node`, the generation goes up by one, the record lives for `ttlMs` from now,
   * and the cursor becomes `ack` where it is given and not behind. A node that served it before hears `moved`.
   * Undefined: there is no such client.
   */
  claim(id: string, node: string, ttlMs: number, ack?: Cursor): Awaitable<ClientRecord | undefined>;
  /** Writes how far the client has got. False, and nothing written: somebody has claimed it since. `isHeld`: a connection is open here. */
  commit(id: string, lease: Lease, cursor: Cursor, isHeld: boolean): Awaitable<boolean>;
  /**
   * Optional: puts back a client that the store has forgotten, as its node knows it, for `ttlMs` from now. False, and nothing
   * written: it is there, from the same claim or a later one. See `ILogListener.onForgotten`.
   */
  putBack?(record: ClientRecord, ttlMs: number): Awaitable<boolean>;
  /** Replaces the record's `data`. False, and nothing written: somebody has claimed it since, or it is gone. */
  rewrite(id: string, lease: Lease, data: string): Awaitable<boolean>;
  /**
   * Stored before it settles. Messages after the returned cursor match. Repeating it changes nothing and returns
   * the first cursor. Undefined: there is no such client.
   */
  subscribe(id: string, pattern: string): Awaitable<Cursor | undefined>;
  /** True when there was such a subscription. */
  unsubscribe(id: string, pattern: string): Awaitable<boolean>;
  /** Removes the client with all that belongs to it. Returns what was removed to exactly one caller, and undefined to all others. */
  destroy(id: string, reason: string): Awaitable<ClientRecord | undefined>;
  /** Lets the records live for `ttlMs` from now. Returns the ids that are not known. */
  touch(ids: readonly string[], ttlMs: number): Awaitable<readonly string[]>;
  /** Removes and returns up to `limit` clients whose time has passed; each goes to exactly one caller. */
  reap(limit: number): Awaitable<readonly ClientRecord[]>;
  count(): Awaitable<number>;
  /**
   * The clients with a subscription that matches the channel, in order of their ids, at most `limit`, after the id `after`.
   * For people who look; never asked on the way of a publish.
   */
  whereSubscribedTo(channel: string, limit: number, after?: string): Awaitable<SubscriberPage>;
}
