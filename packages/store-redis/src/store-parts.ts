import { randomBytes } from "node:crypto";
import type { StoreHost } from "@encke/core";
import { AppendQueue } from "./append-queue.ts";
import { CommitQueue } from "./commit-queue.ts";
import { Partition } from "./partition.ts";
import type { Partitioning } from "./partitioning.ts";
import { Deadlines } from "./port/deadlines.ts";
import { RedisLink } from "./port/redis-link.ts";
import type { RedisPort } from "./port/redis-port.ts";
import { RecentEntries } from "./recent-entries.ts";
import { Recovery } from "./recovery.ts";
import type { RedisStoreSettings } from "./settings.ts";
import { Sweeper } from "./sweeper.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** Characters of the end of all logs that a node remembers. */
const REMEMBERED = 8 * 1024 * 1024;

/** What an open store is made of. */
export interface StoreParts {
  /** Called when Redis has forgotten its clients; set by who reads the log. */
  readonly hooks: { onForgotten?: () => void };
  readonly host: StoreHost;
  readonly partitions: readonly PartitionParts[];
  readonly sweeper: Sweeper;
}

export interface PartitionParts {
  readonly link: RedisLink;
  readonly feedLink: RedisLink;
  readonly partition: Partition;
  readonly recent: RecentEntries;
  readonly recovery: Recovery;
  readonly queue: AppendQueue;
  readonly commits: CommitQueue;
}

/** Where what belongs to a channel is. */
export type PartitionForChannel = (channel: string) => Partition;

export function makeParts(
  host: StoreHost,
  port: RedisPort,
  { names, count }: Partitioning,
  settings: RedisStoreSettings,
): StoreParts {
  // Names this run of this process in each entry, which is why it is short.
  const process = randomBytes(9).toString("base64url");
  const { timeout, maxProducers } = settings;
  const maxBytes = Math.ceil(settings.maxBytes / count);
  const hooks: StoreParts["hooks"] = {};
  const room = new WaitingRoom(settings.maxWaiting);
  const partitions = names.map((key) => {
    const recent = new RecentEntries(host, REMEMBERED / count);
    const deadlines = new Deadlines(host);
    const common = { port, host, timeout, key };
    const link: RedisLink = new RedisLink({
      ...common,
      deadlines,
      prepare: (connection) => recovery.prepare(connection),
      onMending: () => recovery.takePart(),
    });
    const partition = new Partition(key, maxBytes, link);
    const feedLink = new RedisLink({ ...common, deadlines: new Deadlines(host) });
    // A master that has been replaced may well be readable, and never tell anything again.
    const onOther = (): void => feedLink.renew();
    const onForgotten = (): void => hooks.onForgotten?.();
    const known = { partition, recent, deadlines, host, maxProducers, commands: link };
    const recovery = new Recovery({ ...known, onOther, onForgotten });
    const queue = new AppendQueue({ host, partition, recent, process, room, maxProducers });
    const commits = new CommitQueue(partition, host);
    return { link, feedLink, partition, recent, recovery, queue, commits };
  });
  const swept = partitions.map(({ partition }) => partition);
  const sweeper = new Sweeper({ host, partitions: swept, retention: settings.retention });
  return { hooks, host, partitions, sweeper };
}
