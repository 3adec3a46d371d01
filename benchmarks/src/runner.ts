import type { Measurement } from "./measurement.ts";
import type { Case } from "./run.ts";

/** Where cases are run. */
export interface Runner {
  /** Those that can be run there. */
  readonly cases: readonly Case[];
  /** What could not be measured, and what else a reader of the results must know. */
  readonly notes: readonly string[];
  /** Runs that do not disturb each other. */
  readonly atATime: number;
  /** What emulates the machine, where it is not the real one. */
  readonly emulated?: string;
  run(one: Case): Promise<Measurement>;
}

export function titleOf({ workload, server }: Case): string {
  return `${server.name}: ${workload.name}`;
}
