import type { IHistory, IPresence, IStore, StoreCapabilities, StoreHost } from "@encke/core";
import { MemoryClients } from "./memory-clients.ts";
import { MemoryHistory } from "./memory-history.ts";
import { MemoryLog } from "./memory-log.ts";
import { MemoryPresence } from "./memory-presence.ts";
import { type MemoryStoreOptions, settingsOf } from "./settings.ts";

/**
 * Everything in the memory of one process, and every answer at once. Nothing outlives the process: clients
 * of a server that was started again have to shake hands again.
 */
export class MemoryStore implements IStore {
  readonly capabilities: StoreCapabilities = {
    nodes: "one",
    durability: "none",
    producerKeys: true,
  };
  readonly log: MemoryLog;
  readonly clients: MemoryClients;
  readonly history: IHistory;
  readonly presence: IPresence;
  #host: StoreHost | undefined;

  /** Throws a `CometError` with the code `options_invalid`. */
  constructor(options: MemoryStoreOptions = {}) {
    const now = (): number => this.#now();
    const { startAfter } = settingsOf(options);
    const history = new MemoryHistory({ now, head: () => this.log.head() }, startAfter);
    this.log = new MemoryLog(options, (entry) => history.add(entry));
    this.clients = new MemoryClients(this.log);
    this.history = history;
    this.presence = new MemoryPresence(now);
  }

  open(host: StoreHost): void {
    this.#host = host;
    this.clients.open(host);
  }

  /** There is nothing to write: the feed ends, and the memory is as it was. */
  close(_deadlineMs = 0): void {
    this.log.close();
  }

  #now(): number {
    if (this.#host === undefined) throw new Error("store-memory: open(host) comes first");
    return this.#host.now();
  }
}
