import type { IHistory, IPresence, IStore, StoreCapabilities, StoreHost } from "@encke/core";
import { createClient } from "@redis/client";
import { Partitioning } from "./partitioning.ts";
import { Deadlines } from "./port/deadlines.ts";
import { fromNodeRedis } from "./port/node-redis.ts";
import type { RedisPort } from "./port/redis-port.ts";
import { RedisClients } from "./redis-clients.ts";
import { RedisHistory } from "./redis-history.ts";
import { RedisLog } from "./redis-log.ts";
import { RedisPresence } from "./redis-presence.ts";
import { checkServers } from "./server-checks.ts";
import { type RedisStoreOptions, type RedisStoreSettings, settingsOf } from "./settings.ts";
import {
  makeParts,
  type PartitionForChannel,
  type PartitionParts,
  type StoreParts,
} from "./store-parts.ts";

/** So many that a cluster may grow, and few enough to connect to each of them. */
const PARTITIONS_OF_CLUSTERS = 16;

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
  readonly #partitioning: Partitioning;
  #opened: StoreParts | undefined;
  #closed: Promise<void> | undefined;

  /** Throws a `CometError` with the code `options_invalid`. Connects to nothing yet. */
  constructor(options: RedisStoreOptions = {}) {
    this.#settings = settingsOf(options);
    this.#port = this.#settings.port ?? fromNodeRedis(createClient({ url: this.#settings.url }));
    const usual = this.#port.isCluster === true ? PARTITIONS_OF_CLUSTERS : 1;
    const { prefix, partitions = usual } = this.#settings;
    this.#partitioning = new Partitioning(prefix, partitions);
    const parts = (): StoreParts => this.#parts;
    const partitionFor: PartitionForChannel = (channel) =>
      (parts().partitions[this.log.partitionOf(channel)] as PartitionParts).partition;
    this.log = new RedisLog(parts, this.#partitioning);
    this.clients = new RedisClients(parts, this.#partitioning);
    this.history = new RedisHistory(partitionFor);
    this.presence = new RedisPresence(partitionFor);
  }

  /** Rejects when there is no Redis, or one that would throw away what it is given. */
  async open(host: StoreHost): Promise<void> {
    this.#opened = makeParts(host, this.#port, this.#partitioning, this.#settings);
    const links = this.#opened.partitions.map(({ link }) => link);
    // A program may wait for this before it does anything else, and timers of the host keep no process alive.
    const alive = setInterval(() => {}, this.#settings.timeout);
    try {
      await checkServers(links, host);
    } finally {
      clearInterval(alive);
    }
    this.#opened.sweeper.start();
  }

  close(deadlineMs: number): Promise<void> {
    this.#closed ??= this.#close(deadlineMs);
    return this.#closed;
  }

  async #close(deadlineMs: number): Promise<void> {
    if (this.#opened === undefined) return;
    const { host, partitions, sweeper } = this.#opened;
    sweeper.stop();
    const idle = partitions.flatMap(({ queue, link }) => [queue.idle(), link.idle()]);
    const settled = Promise.all([this.log.close(), this.clients.idle(), ...idle]);
    try {
      await new Deadlines(host).within(deadlineMs, settled, "closing");
    } catch (cause) {
      host.log("warn", "store-redis: closed before all was written", { cause });
    }
    for (const { link } of partitions) link.close();
  }

  get #parts(): StoreParts {
    if (this.#opened === undefined) throw new Error("store-redis: open(host) comes first");
    return this.#opened;
  }
}
