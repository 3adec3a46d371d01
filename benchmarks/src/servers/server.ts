import type { Wire } from "../wires/wire.ts";

export type Transport = "websocket" | "long-polling";

/** Where Bayeux servers are mounted. */
export const BAYEUX_PATH = "/comet";

/** What a server may be told when it starts. */
export interface ServerSettings {
  /** The Redis of a server that needs one: on the loopback. */
  readonly redisPort: number;
}

/** What a module of a server exports. It is loaded in the process of the server only. */
interface ServerModule {
  /** Resolves with the port on which it listens on the loopback, when it can take clients. */
  start(settings: ServerSettings): Promise<number>;
}

export interface BenchServer {
  readonly name: string;
  /** The package whose version is reported; missing for one that is of node alone. */
  readonly package?: string;
  /** True for one that keeps its state in Redis, so that several processes serve the same clients. */
  readonly isOnRedis: boolean;
  /** How clients speak with it on each transport that it has. */
  readonly wires: Partial<Record<Transport, Wire>>;
  /** True for one that knows channels such as `/news/*`. */
  readonly hasPatterns: boolean;
  load(): Promise<ServerModule>;
}
