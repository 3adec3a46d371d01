import type { ClientRecord, Cursor, Lease } from "@encke/core";
import { furthest } from "./cursors.ts";
import type { Expiring } from "./expiry-queue.ts";

/** Of what a stored client is made. */
export interface StoredRecord extends ClientRecord {
  readonly subscriptions: Map<string, Cursor>;
}

/** A client as the memory keeps it. What others get of it is {@link StoredClient.toRecord}, which never changes again. */
export class StoredClient implements Expiring {
  readonly id: string;
  #data: string;
  expiresAt: number;
  filedAt: number;
  slot = 0;
  #owner: string | undefined;
  #generation: number;
  #cursor: Cursor;
  #subscriptions: Map<string, Cursor>;
  /** Whether somebody else may have it, too. */
  #isLent = true;

  /** The map of the record may be that of many: it is copied before it is changed. */
  constructor(record: StoredRecord, expiresAt: number) {
    this.id = record.id;
    this.#data = record.data;
    this.expiresAt = expiresAt;
    this.filedAt = expiresAt;
    this.#owner = record.owner;
    this.#generation = record.generation;
    this.#cursor = record.cursor;
    this.#subscriptions = record.subscriptions;
  }

  get owner(): string | undefined {
    return this.#owner;
  }

  get patterns(): Iterable<string> {
    return this.#subscriptions.keys();
  }

  toRecord(): ClientRecord {
    this.#isLent = true;
    const record = {
      id: this.id,
      generation: this.#generation,
      cursor: this.#cursor,
      subscriptions: this.#subscriptions,
      data: this.#data,
    };
    return this.#owner === undefined ? record : Object.assign(record, { owner: this.#owner });
  }

  claim(node: string, ack: Cursor | undefined): number {
    this.#owner = node;
    this.#cursor = furthest(this.#cursor, ack);
    return ++this.#generation;
  }

  /** False: the lease has ended. */
  commit(lease: Lease, cursor: Cursor): boolean {
    if (!this.#isUnder(lease)) return false;
    this.#cursor = furthest(this.#cursor, cursor);
    return true;
  }

  /** False: the lease has ended. */
  rewrite(lease: Lease, data: string): boolean {
    if (!this.#isUnder(lease)) return false;
    this.#data = data;
    return true;
  }

  subscription(pattern: string): Cursor | undefined {
    return this.#subscriptions.get(pattern);
  }

  subscribe(pattern: string, since: Cursor): void {
    this.#own().set(pattern, since);
  }

  unsubscribe(pattern: string): boolean {
    return this.#subscriptions.has(pattern) && this.#own().delete(pattern);
  }

  #isUnder({ generation, node }: Lease): boolean {
    return generation === this.#generation && node === this.#owner;
  }

  /** Copied once for all changes between two records, not once for each. */
  #own(): Map<string, Cursor> {
    if (this.#isLent) {
      this.#subscriptions = new Map(this.#subscriptions);
      this.#isLent = false;
    }
    return this.#subscriptions;
  }
}
