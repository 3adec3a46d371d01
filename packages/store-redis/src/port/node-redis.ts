import { createClient, ErrorReply } from "@redis/client";
import { textsOf } from "../replies.ts";
import { type AddressTable, clusterPort, type ServerAddress, translated } from "./cluster-port.ts";
import { type RedisConnection, type RedisPort, RedisRefusal, type Reply } from "./redis-port.ts";

/** What is needed of a client of node-redis: `createClient` of `redis` or `@redis/client`, 5 or 6. */
export interface NodeRedisClient {
  readonly options?: { readonly socket?: object } | undefined;
  duplicate(overrides?: object): NodeRedisConnection;
}

interface NodeRedisConnection {
  on(event: "error", listener: (cause: unknown) => void): unknown;
  connect(): Promise<unknown>;
  sendCommand(command: readonly string[]): Promise<unknown>;
  destroy(): void;
}

/** What is needed of a cluster of node-redis: `createCluster` of `redis` or `@redis/client`, 5 or 6. */
export interface NodeRedisCluster {
  readonly _options: {
    readonly rootNodes: readonly object[];
    readonly defaults?: object;
    readonly nodeAddressMap?: AddressTable;
  };
}

/** The options of `createSentinel` that are of use here: a sentinel of node-redis does not give them back. */
export interface NodeRedisSentinelOptions {
  /** The name that the sentinels have for the master. */
  readonly name: string;
  readonly sentinelRootNodes: readonly ServerAddress[];
  /** For the connections to Redis: password, database, TLS. */
  readonly nodeClientOptions?: object;
  /** For the connections to the sentinels. */
  readonly sentinelClientOptions?: object;
  /** Where the servers are for this process whose addresses the sentinels tell. @default there */
  readonly nodeAddressMap?: AddressTable;
}

interface ServerOptions {
  readonly url?: string;
  readonly socket?: { readonly host?: string; readonly port?: number };
}

/**
 * Connections with the options of this client or cluster: its address, password, database and TLS. The client itself is
 * only copied, need not be connected, and is never closed.
 */
export function fromNodeRedis(client: NodeRedisClient | NodeRedisCluster): RedisPort {
  if ("_options" in client && "rootNodes" in client._options) return ofCluster(client._options);
  const single = client as NodeRedisClient;
  return {
    connect: async () => await opened((options) => single.duplicate(options), single.options),
  };
}

/** Connections to the server that the sentinels call the master at that moment. */
export function fromNodeRedisSentinel(options: NodeRedisSentinelOptions): RedisPort {
  const { name, nodeAddressMap, nodeClientOptions, sentinelClientOptions } = options;
  let sentinels = options.sentinelRootNodes;
  return {
    async connect() {
      const [asked, ...others] = sentinels;
      if (asked === undefined) throw new Error("there are no sentinels to ask");
      // Another one the next time, for this one may be dead.
      sentinels = [...others, asked];
      const master = await masterOf(name, await openedAt(asked, sentinelClientOptions));
      return await openedAt(translated(nodeAddressMap, master), nodeClientOptions);
    },
  };
}

async function masterOf(name: string, sentinel: RedisConnection): Promise<ServerAddress> {
  try {
    const answer = await sentinel.call(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", name]);
    const [host, port] = textsOf(answer);
    if (host === undefined) throw new Error(`the sentinel knows no master ${name}`);
    return { host, port: Number(port) };
  } finally {
    sentinel.close();
  }
}

function ofCluster(options: NodeRedisCluster["_options"]): RedisPort {
  const { rootNodes, defaults, nodeAddressMap } = options;
  return clusterPort({
    roots: async () => rootNodes.map(addressOf),
    open: (server) => openedAt(server, defaults),
    addressOf: (server) => translated(nodeAddressMap, server),
  });
}

async function openedAt(
  server: ServerAddress,
  options: NodeRedisClient["options"],
): Promise<RedisConnection> {
  const socket = { ...options?.socket, ...server };
  return await opened((changes) => createClient({ ...options, ...changes }), { socket });
}

function addressOf(options: ServerOptions): ServerAddress {
  const { hostname, port } = new URL(options.url ?? "redis://127.0.0.1");
  const { host = hostname, port: own = Number(port || 6379) } = options.socket ?? {};
  return { host, port: own };
}

async function opened(
  make: (options: object) => NodeRedisConnection,
  options: NodeRedisClient["options"],
): Promise<RedisConnection> {
  const connection = make({
    RESP: 2,
    disableOfflineQueue: true,
    maintNotifications: "disabled",
    // Answers are wanted as they are, whatever the user's own client makes of them.
    commandOptions: {},
    socket: { ...options?.socket, reconnectStrategy: false },
  });
  // What breaks a connection rejects its calls, too. Without a listener it would end the process.
  connection.on("error", () => {});
  await connection.connect();
  return new NodeRedis(connection);
}

class NodeRedis implements RedisConnection {
  readonly #connection: NodeRedisConnection;

  constructor(connection: NodeRedisConnection) {
    this.#connection = connection;
  }

  async call(command: readonly string[]): Promise<Reply> {
    try {
      return (await this.#connection.sendCommand(command)) as Reply;
    } catch (cause) {
      throw cause instanceof Error && isRefusal(cause) ? new RedisRefusal(cause.message) : cause;
    }
  }

  close(): void {
    try {
      this.#connection.destroy();
    } catch {
      // It throws when it is closed already, which is what was wanted.
    }
  }
}

/** By the name as well: the user's client may come from another copy of the library. */
function isRefusal(cause: Error): boolean {
  return (
    cause instanceof ErrorReply ||
    /^(SimpleError|BlobError|ErrorReply)$/.test(cause.constructor.name)
  );
}
