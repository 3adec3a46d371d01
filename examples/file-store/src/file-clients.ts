import type {
  ClientRecord,
  Cursor,
  IClientRepository,
  Lease,
  StoreHost,
  SubscriberPage,
} from "@encke/core";
import { MemoryClients, type MemoryLog } from "@encke/store-memory";
import type { Journal } from "./journal.ts";
import { clientLine, goneLine, runLine, type SavedState } from "./saved-clients.ts";

/**
 * Clients that are worked on in memory and written to a journal. Each method changes the memory at once,
 * and settles when the file has what it did.
 */
export class FileClients implements IClientRepository {
  readonly #journal: Journal;
  readonly #live: MemoryClients;
  readonly #saved: SavedState;
  readonly #spareLines: number;
  /** How long each client lives, as the file has it. */
  readonly #ttls = new Map<string, number>();
  #compaction: Promise<void> | undefined;

  constructor(journal: Journal, log: MemoryLog, saved: SavedState, spareLines: number) {
    this.#journal = journal;
    this.#live = new MemoryClients(log);
    this.#saved = saved;
    this.#spareLines = spareLines;
  }

  /** Puts everybody back who was there. Each gets its full time again. */
  open(host: StoreHost): void {
    this.#live.open(host);
    for (const { record, ttlMs } of this.#saved.clients.values()) {
      this.#live.restore(record, ttlMs);
      this.#ttls.set(record.id, ttlMs);
    }
  }

  async create(id: string, data: string, ttlMs: number): Promise<ClientRecord> {
    const record = this.#live.create(id, data, ttlMs);
    this.#ttls.set(id, ttlMs);
    await this.#save(id);
    return record;
  }

  async claim(
    id: string,
    node: string,
    ttlMs: number,
    ack?: Cursor,
  ): Promise<ClientRecord | undefined> {
    const record = this.#live.claim(id, node, ttlMs, ack);
    if (record === undefined) return;
    this.#ttls.set(id, ttlMs);
    await this.#save(id);
    return record;
  }

  async commit(id: string, lease: Lease, cursor: Cursor): Promise<boolean> {
    if (!this.#live.commit(id, lease, cursor)) return false;
    await this.#save(id);
    return true;
  }

  async rewrite(id: string, lease: Lease, data: string): Promise<boolean> {
    if (!this.#live.rewrite(id, lease, data)) return false;
    await this.#save(id);
    return true;
  }

  async subscribe(id: string, pattern: string): Promise<Cursor | undefined> {
    const since = this.#live.subscribe(id, pattern);
    // Also when it was there before: the line that says so may still be on its way.
    if (since !== undefined) await this.#save(id);
    return since;
  }

  async unsubscribe(id: string, pattern: string): Promise<boolean> {
    if (!this.#live.unsubscribe(id, pattern)) return false;
    await this.#save(id);
    return true;
  }

  async destroy(id: string, reason: string): Promise<ClientRecord | undefined> {
    const record = this.#live.destroy(id, reason);
    if (record !== undefined) await this.#forget(id);
    return record;
  }

  /** Writes only where the time is another one than before: the file says how long a client lives, not until when. */
  async touch(ids: readonly string[], ttlMs: number): Promise<readonly string[]> {
    const unknown = new Set(this.#live.touch(ids, ttlMs));
    const changed = ids.filter((id) => !unknown.has(id) && this.#ttls.get(id) !== ttlMs);
    for (const id of changed) this.#ttls.set(id, ttlMs);
    await Promise.all(changed.map((id) => this.#save(id)));
    return [...unknown];
  }

  async reap(limit: number): Promise<readonly ClientRecord[]> {
    const reaped = this.#live.reap(limit);
    await Promise.all(reaped.map(({ id }) => this.#forget(id)));
    return reaped;
  }

  count(): number {
    return this.#live.count();
  }

  whereSubscribedTo(channel: string, limit: number, after?: string): SubscriberPage {
    return this.#live.whereSubscribedTo(channel, limit, after);
  }

  async #save(id: string): Promise<void> {
    const record = this.#live.get(id);
    const ttlMs = this.#ttls.get(id);
    if (record !== undefined && ttlMs !== undefined)
      await this.#write(clientLine({ record, ttlMs }));
  }

  async #forget(id: string): Promise<void> {
    this.#ttls.delete(id);
    await this.#write(goneLine(id));
  }

  async #write(line: string): Promise<void> {
    const written = this.#journal.append(line);
    const needed = this.#ttls.size * 2 + this.#spareLines;
    if (this.#journal.lineCount > needed) this.#compaction ??= this.#compact();
    await written;
  }

  async #compact(): Promise<void> {
    // If it fails, so does every write after it, and those who wait for one are told.
    await Promise.allSettled([this.#journal.replace(() => this.#snapshot())]);
    this.#compaction = undefined;
  }

  #snapshot(): readonly string[] {
    const lines = [runLine(this.#saved.run)];
    for (const [id, ttlMs] of this.#ttls) {
      const record = this.#live.get(id);
      if (record !== undefined) lines.push(clientLine({ record, ttlMs }));
    }
    return lines;
  }
}
