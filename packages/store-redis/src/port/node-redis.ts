import { createClient, ErrorReply } from "@redis/client";
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

function ofCluster({
  rootNodes,
  defaults,
  nodeAddressMap,
}: NodeRedisCluster["_options"]): RedisPort {
  const common = (defaults ?? {}) as ServerOptions;
  return clusterPort({
    roots: async () => rootNodes.map(addressOf),
    open: (server) => {
      const socket = { ...common.socket, ...server };
      return opened((options) => createClient({ ...common, ...options }), { socket });
    },
    addressOf: (server) => translated(nodeAddressMap, server),
  });
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
