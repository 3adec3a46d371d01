import type { Wire } from "../wires/wire.ts";

export type Transport = "websocket" | "long-polling";

/** Where Bayeux servers are mounted. */
export const BAYEUX_PATH = "/comet";

/** What a module of a server exports. It is loaded in the process of the server only. */
interface ServerModule {
  /** Resolves with the port on which it listens on the loopback. */
  start(): Promise<number>;
}

export interface BenchServer {
  readonly name: string;
  /** The package whose version is reported; missing for one that is of node alone. */
  readonly package?: string;
  /** How clients speak with it on each transport that it has. */
  readonly wires: Partial<Record<Transport, Wire>>;
  load(): Promise<ServerModule>;
}
