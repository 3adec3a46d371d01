import { ErrorReply } from "@redis/client";
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

/**
 * Connections with the options of this client: its address, password, database and TLS. The client itself is only
 * copied, need not be connected, and is never closed.
 */
export function fromNodeRedis(client: NodeRedisClient): RedisPort {
  return {
    async connect() {
      const connection = client.duplicate({
        RESP: 2,
        disableOfflineQueue: true,
        maintNotifications: "disabled",
        socket: { ...client.options?.socket, reconnectStrategy: false },
      });
      // What breaks a connection rejects its calls, too. Without a listener it would end the process.
      connection.on("error", () => {});
      await connection.connect();
      return new NodeRedis(connection);
    },
  };
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
