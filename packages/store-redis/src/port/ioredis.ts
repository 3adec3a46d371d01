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

/**
 * Connections with the options of this client: its address, password, database, TLS and Sentinels. The client itself is
 * only copied, need not be connected, and is never closed.
 */
export function fromIoredis(client: IoredisClient): RedisPort {
  return {
    async connect() {
      const connection = client.duplicate({
        lazyConnect: true,
        retryStrategy: null,
        reconnectOnError: null,
        autoResendUnfulfilledCommands: false,
        autoResubscribe: false,
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
        maxLoadingRetryTime: 0,
        protocol: 2,
      });
      // What breaks a connection rejects its calls, too. Without a listener it is printed.
      connection.on("error", () => {});
      await connection.connect();
      return new Ioredis(connection);
    },
  };
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
