import type { IHistory, IPresence, IStore, StoreCapabilities, StoreHost } from "@encke/core";
import { createClient } from "@redis/client";
import { Deadlines } from "./port/deadlines.ts";
import { fromNodeRedis } from "./port/node-redis.ts";
import type { RedisPort } from "./port/redis-port.ts";
import { RedisClients } from "./redis-clients.ts";
import { RedisHistory } from "./redis-history.ts";
import { RedisLog } from "./redis-log.ts";
import { RedisPresence } from "./redis-presence.ts";
import { checkServer } from "./server-checks.ts";
import { type RedisStoreOptions, type RedisStoreSettings, settingsOf } from "./settings.ts";
import { makeParts, type StoreParts } from "./store-parts.ts";

/** Clients and messages in a Redis that any number of nodes share. A client may come to any of them. */
export class RedisStore implements IStore {
  readonly capabilities: StoreCapabilities = {
    nodes: "many",
    durability: "repaired",
    producerKeys: true,
  };
  readonly log: RedisLog;
  readonly clients: RedisClients;
  readonly history: IHistory;
  readonly presence: IPresence;
  readonly #settings: RedisStoreSettings;
  readonly #port: RedisPort;
  #opened: StoreParts | undefined;
  #closed: Promise<void> | undefined;

  /** Throws a `CometError` with the code `options_invalid`. Connects to nothing yet. */
  constructor(options: RedisStoreOptions = {}) {
    this.#settings = settingsOf(options);
    this.#port = this.#settings.port ?? fromNodeRedis(createClient({ url: this.#settings.url }));
    const parts = (): StoreParts => this.#parts;
    this.log = new RedisLog(parts);
    this.clients = new RedisClients(parts);
    this.history = new RedisHistory(parts);
    this.presence = new RedisPresence(parts);
  }

  /** Rejects when there is no Redis, or one that would throw away what it is given. */
  async open(host: StoreHost): Promise<void> {
    this.#opened = makeParts(host, this.#port, this.#settings);
    // A program may wait for this before it does anything else, and timers of the host keep no process alive.
    const alive = setInterval(() => {}, this.#settings.timeout);
    try {
      await checkServer(this.#opened.link, host);
    } finally {
      clearInterval(alive);
    }
  }

  close(deadlineMs: number): Promise<void> {
    this.#closed ??= this.#close(deadlineMs);
    return this.#closed;
  }

  async #close(deadlineMs: number): Promise<void> {
    if (this.#opened === undefined) return;
    const { host, link, queue } = this.#opened;
    const settled = Promise.all([this.log.close(), queue.idle(), link.idle()]);
    try {
      await new Deadlines(host).within(deadlineMs, settled, "closing");
    } catch (cause) {
      host.log("warn", "store-redis: closed before all was written", { cause });
    }
    link.close();
  }

  get #parts(): StoreParts {
    if (this.#opened === undefined) throw new Error("store-redis: open(host) comes first");
    return this.#opened;
  }
}
