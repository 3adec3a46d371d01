import type { Transport } from "../servers/server.ts";
import type { Target, Wire } from "../wires/wire.ts";
import type { Latencies } from "./latencies.ts";

/** What was done in a time; every operation counted, none missing and none done twice. */
export interface Load {
  readonly operations: number;
  readonly seconds: number;
  readonly latencies: Latencies;
}

/** Clients that are connected and ready. */
export interface Session {
  /** Puts load on the server for this many milliseconds, and resolves when all of it has been answered. */
  drive(ms: number): Promise<Load>;
  close(): void;
}

export interface Workload {
  readonly name: string;
  /** What one operation is: the unit in which costs are given. */
  readonly operation: string;
  readonly transport: Transport;
  open(wire: Wire, target: Target): Promise<Session>;
}
