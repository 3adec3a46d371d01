import { listOf, textOf } from "../replies.ts";
import { slotOf } from "../slots.ts";
import type { RedisConnection, RedisPort, Reply } from "./redis-port.ts";

/** Where one server of a cluster is. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** How a client library gets to the servers of a cluster. */
export interface ClusterServers {
  /** Those to ask first who the others are. */
  roots(): Promise<readonly ServerAddress[]>;
  open(server: ServerAddress): Promise<RedisConnection>;
  /** Where a server that the others know under one address is for this process. @default there */
  addressOf?(server: ServerAddress): ServerAddress;
}

/** Connections that each lead straight to the server that has the key, as the cluster says at that moment. */
export function clusterPort(servers: ClusterServers): RedisPort {
  const map = new ClusterMap(servers);
  return { isCluster: true, connect: (key) => map.connect(key) };
}

/** Milliseconds for which an answer that is on its way serves all who ask: each partition has connections of its own. */
const FRESH = 100;

interface Answer {
  readonly asked: ServerAddress;
  readonly ranges: readonly Reply[];
}

/** Who is in the cluster, as it was last heard. */
class ClusterMap {
  readonly #servers: ClusterServers;
  #known: readonly ServerAddress[] = [];
  #asking: Promise<Answer> | undefined;
  #askedAt = 0;

  constructor(servers: ClusterServers) {
    this.#servers = servers;
  }

  async connect(key: string): Promise<RedisConnection> {
    return await this.#servers.open(this.#ownerOf(slotOf(hashed(key)), await this.#ask()));
  }

  #ask(): Promise<Answer> {
    const now = performance.now();
    if (this.#asking === undefined || now - this.#askedAt > FRESH) {
      this.#askedAt = now;
      this.#asking = this.#askNext();
    }
    return this.#asking;
  }

  async #askNext(): Promise<Answer> {
    if (this.#known.length === 0) this.#known = await this.#servers.roots();
    const [asked, ...others] = this.#known;
    if (asked === undefined) throw new Error("the cluster has no servers");
    // Another one the next time: this one may be dead, or not know that it is alone.
    this.#known = [...others, asked];
    try {
      const answer = { asked, ranges: await this.#rangesOf(asked) };
      this.#learn(answer);
      return answer;
    } catch (cause) {
      // All may have other addresses by now.
      if (others.length === 0) this.#known = [];
      throw cause;
    }
  }

  async #rangesOf(asked: ServerAddress): Promise<readonly Reply[]> {
    const connection = await this.#servers.open(asked);
    try {
      return listOf(await connection.call(["CLUSTER", "SLOTS"]));
    } finally {
      connection.close();
    }
  }

  #ownerOf(slot: number, { ranges, asked }: Answer): ServerAddress {
    for (const range of ranges) {
      const [first, last, master] = listOf(range);
      if (Number(first) <= slot && slot <= Number(last)) return this.#addressOf(master, asked);
    }
    throw new Error(`nobody in the cluster has the slot ${slot}`);
  }

  /** Those that are new come last. */
  #learn({ ranges, asked }: Answer): void {
    const found = ranges.flatMap((range) =>
      listOf(range)
        .slice(2)
        .map((server) => this.#addressOf(server, asked)),
    );
    const named = (server: ServerAddress): [string, ServerAddress] => [nameOf(server), server];
    const current = new Map(found.map(named));
    const kept = this.#known.filter((server) => current.has(nameOf(server)));
    this.#known = [...new Map([...kept, ...current.values()].map(named)).values()];
  }

  /** A server that does not know its own address gives none: it is the one that was asked. */
  #addressOf(server: Reply | undefined, asked: ServerAddress): ServerAddress {
    const [host, port] = listOf(server);
    const address = { host: textOf(host) || asked.host, port: Number(port) };
    return this.#servers.addressOf?.(address) ?? address;
  }
}

function nameOf({ host, port }: ServerAddress): string {
  return `${host}:${port}`;
}

/** The part of a key that decides on its slot. */
function hashed(key: string): string {
  return /\{([^}]+)\}/.exec(key)?.[1] ?? key;
}

/** A user's table of addresses that servers have for others, and those that they have for this process. */
export type AddressTable =
  | Readonly<Record<string, ServerAddress>>
  | ((address: string) => ServerAddress | undefined | null)
  | undefined;

export function translated(table: AddressTable, server: ServerAddress): ServerAddress {
  const name = nameOf(server);
  const found = typeof table === "function" ? table(name) : table?.[name];
  return found ?? server;
}
