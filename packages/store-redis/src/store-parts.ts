import { randomBytes } from "node:crypto";
import type { StoreHost } from "@encke/core";
import { AppendQueue } from "./append-queue.ts";
import { Partition } from "./partition.ts";
import { Deadlines } from "./port/deadlines.ts";
import { RedisLink } from "./port/redis-link.ts";
import type { RedisPort } from "./port/redis-port.ts";
import { RecentEntries } from "./recent-entries.ts";
import { Recovery } from "./recovery.ts";
import type { RedisStoreSettings } from "./settings.ts";

/** What an open store is made of. */
export interface StoreParts {
  readonly host: StoreHost;
  readonly link: RedisLink;
  readonly feedLink: RedisLink;
  readonly partition: Partition;
  readonly recent: RecentEntries;
  readonly recovery: Recovery;
  readonly queue: AppendQueue;
}

export function makeParts(
  host: StoreHost,
  port: RedisPort,
  { prefix, timeout, maxBytes, maxWaiting, maxProducers }: RedisStoreSettings,
): StoreParts {
  const key = `{${prefix}}`;
  const recent = new RecentEntries(host);
  const deadlines = new Deadlines(host);
  const common = { port, host, timeout, key };
  const link: RedisLink = new RedisLink({
    ...common,
    deadlines,
    prepare: (connection) => recovery.prepare(connection),
  });
  const partition = new Partition(key, maxBytes, link);
  const recovery = new Recovery({ partition, recent, deadlines, host });
  const feedLink = new RedisLink({ ...common, deadlines: new Deadlines(host) });
  // Names this run of this process in each entry, which is why it is short.
  const process = randomBytes(9).toString("base64url");
  const queue = new AppendQueue({ partition, recent, process, maxWaiting, maxProducers });
  return { host, link, feedLink, partition, recent, recovery, queue };
}
