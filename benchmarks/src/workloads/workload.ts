import type { Measurement } from "../measurement.ts";
import type { Transport } from "../servers/server.ts";
import type { Target, Wire } from "../wires/wire.ts";
import type { Latencies } from "./latencies.ts";

/** What was done in a time; every operation counted, none missing and none done twice. */
export interface Load {
  readonly operations: number;
  readonly seconds: number;
  readonly latencies: Latencies;
}

/** The servers of one run, as a workload finds them. */
export interface Stage {
  /** One for each process of the server. */
  readonly targets: readonly Target[];
  /** Milliseconds of processor time that each process of the server is to have worked before anything is measured. */
  readonly warmUp: number;
  /** Milliseconds that it is measured. */
  readonly duration: number;
  /** Milliseconds of processor time that the processes of the server have worked. */
  worked(): Promise<number>;
  /** Milliseconds that server and generator, each by itself, have waited for a processor that had other work. */
  waited(): number;
  /** Does the work, and says what it cost the processes of the server. */
  measure(work: () => Promise<Load>): Promise<Measurement>;
  /** Bytes that the processes of the server hold once they have thrown away what they can. */
  settledMemory(): Promise<number>;
}

export interface Workload {
  readonly name: string;
  /** What one operation is: the unit in which costs are given. */
  readonly operation: string;
  readonly transport: Transport;
  /** Processes of the server, all of them on one Redis if there are several. */
  readonly nodes: number;
  /** Which servers are asked to take it. */
  readonly servers: "in memory" | "in memory and on Redis" | "on Redis";
  readonly usesPatterns: boolean;
  /** Connections that are open at the same time. */
  readonly connections: number;
  measure(wire: Wire, stage: Stage): Promise<Measurement>;
}

export function firstTarget({ targets: [first] }: Stage): Target {
  if (first === undefined) throw new RangeError("A stage needs a server.");
  return first;
}

export function lastTarget(stage: Stage): Target {
  return stage.targets.at(-1) ?? firstTarget(stage);
}
