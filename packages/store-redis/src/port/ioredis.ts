import { type AddressTable, clusterPort, type ServerAddress, translated } from "./cluster-port.ts";
import { type RedisConnection, type RedisPort, RedisRefusal, type Reply } from "./redis-port.ts";

/** What is needed of a client of ioredis or iovalkey. */
export interface IoredisClient {
  duplicate(overrides?: object): IoredisConnection;
}

interface IoredisConnection {
  on(event: "error", listener: (cause: unknown) => void): unknown;
  connect(): Promise<unknown>;
  call(command: string, args: string[]): Promise<unknown>;
  disconnect(): void;
}

/** What is needed of a cluster of ioredis or iovalkey. */
export interface IoredisCluster {
  readonly isCluster: boolean;
  readonly options: { readonly natMap?: AddressTable };
  duplicate(startupNodes?: [], overrides?: object): IoredisClusterConnection;
}

interface IoredisClusterConnection {
  on(event: "error", listener: (cause: unknown) => void): unknown;
  connect(): Promise<unknown>;
  nodes(): readonly (IoredisClient & { readonly options: Partial<ServerAddress> })[];
  disconnect(): void;
}

const SAFE = {
  lazyConnect: true,
  retryStrategy: null,
  reconnectOnError: null,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  maxLoadingRetryTime: 0,
  sentinelRetryStrategy: null,
  readOnly: false,
  protocol: 2,
  stringNumbers: false,
};

/**
 * Connections with the options of this client or cluster: its address, password, database, TLS and Sentinels. The client
 * itself is only copied, need not be connected, and is never closed.
 */
export function fromIoredis(client: IoredisClient | IoredisCluster): RedisPort {
  if ("isCluster" in client && client.isCluster) return ofCluster(client as IoredisCluster);
  return { connect: () => opened(client as IoredisClient, SAFE) };
}

function ofCluster(cluster: IoredisCluster): RedisPort {
  let model: IoredisClient | undefined;
  return clusterPort({
    async roots() {
      const nodes = await nodesOf(cluster);
      model = nodes[0];
      return nodes.map(({ options: { host = "127.0.0.1", port = 6379 } }) => ({ host, port }));
    },
    async open(server) {
      if (model === undefined) throw new Error("the cluster was not asked who is in it");
      return await opened(model, { ...SAFE, ...server });
    },
    addressOf: (server) => translated(cluster.options.natMap, server),
  });
}

/** Clients for all servers, with the options that the user wants for them. */
async function nodesOf(
  cluster: IoredisCluster,
): Promise<ReturnType<IoredisClusterConnection["nodes"]>> {
  const own = cluster.duplicate([], { lazyConnect: true, clusterRetryStrategy: null });
  own.on("error", () => {});
  try {
    await own.connect();
    return own.nodes();
  } finally {
    own.disconnect();
  }
}

async function opened(client: IoredisClient, options: object): Promise<RedisConnection> {
  const connection = client.duplicate(options);
  // What breaks a connection rejects its calls, too. Without a listener it is printed.
  connection.on("error", () => {});
  await connection.connect();
  return new Ioredis(connection);
}

class Ioredis implements RedisConnection {
  readonly #connection: IoredisConnection;

  constructor(connection: IoredisConnection) {
    this.#connection = connection;
  }

  async call([command = "", ...args]: readonly string[]): Promise<Reply> {
    try {
      return (await this.#connection.call(command, args)) as Reply;
    } catch (cause) {
      const isRefusal = cause instanceof Error && cause.name === "ReplyError";
      throw isRefusal ? new RedisRefusal(cause.message) : cause;
    }
  }

  close(): void {
    this.#connection.disconnect();
  }
}
