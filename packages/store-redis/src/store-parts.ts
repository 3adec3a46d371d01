import { randomUUID } from "node:crypto";
import type { StoreHost } from "@encke/core";
import { AppendQueue } from "./append-queue.ts";
import { Partition } from "./partition.ts";
import { RedisLink } from "./port/redis-link.ts";
import type { RedisPort } from "./port/redis-port.ts";
import type { RedisStoreSettings } from "./settings.ts";

/** What an open store is made of. */
export interface StoreParts {
  readonly host: StoreHost;
  readonly link: RedisLink;
  readonly feedLink: RedisLink;
  readonly partition: Partition;
  readonly queue: AppendQueue;
}

export function makeParts(
  host: StoreHost,
  port: RedisPort,
  { prefix, timeout, maxBytes, maxWaiting, maxProducers }: RedisStoreSettings,
): StoreParts {
  const name = `{${prefix}}`;
  const link = new RedisLink({ port, host, timeout, key: name });
  const feedLink = new RedisLink({ port, host, timeout, key: name });
  const partition = new Partition(name, maxBytes, link);
  const process = `${host.node}.${randomUUID()}`;
  const queue = new AppendQueue(partition, { process, maxWaiting, maxProducers });
  return { host, link, feedLink, partition, queue };
}
