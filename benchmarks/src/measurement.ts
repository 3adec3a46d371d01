import type { Instructions } from "./server-process/instruction-counter.ts";
import type { Usage } from "./server-process/talk.ts";
import type { Load } from "./workloads/workload.ts";

/** What one run showed; only what the workload is about. Costs are those of the processes of the server. */
export interface Measurement {
  /** Thousand instructions for one operation; missing where they cannot be counted. */
  readonly kiloInstructions?: number;
  readonly kiloInstructionsInKernel?: number;
  readonly operationsPerCpuSecond?: number;
  /** Microseconds of processor time for one operation. */
  readonly cpuMicroseconds?: number;
  readonly cpuMicrosecondsInKernel?: number;
  readonly operationsPerSecond?: number;
  /** Milliseconds. */
  readonly latencyP50?: number;
  readonly latencyP99?: number;
  readonly latencyMax?: number;
  /** Megabytes that the server held when the run was over. */
  readonly memory?: number;
  /** Of memory, for each idle client. */
  readonly bytesPerClient?: number;
}

export interface Costs {
  readonly before: Usage;
  readonly after: Usage;
  readonly instructions: Instructions | undefined;
}

export function measurementOf(load: Load, costs: Costs): Measurement {
  const { operations, seconds, latencies } = load;
  const { after, instructions } = costs;
  const { total, system } = processorTime(load, costs);
  return {
    ...(instructions && {
      kiloInstructions: (instructions.user + instructions.kernel) / operations / 1_000,
      kiloInstructionsInKernel: instructions.kernel / operations / 1_000,
    }),
    operationsPerCpuSecond: (operations / total) * 1_000_000,
    cpuMicroseconds: total / operations,
    cpuMicrosecondsInKernel: system / operations,
    operationsPerSecond: operations / seconds,
    latencyP50: latencies.percentile(0.5),
    latencyP99: latencies.percentile(0.99),
    latencyMax: latencies.percentile(1),
    memory: after.memory / 1_000_000,
  };
}

/** Where an instruction takes a nanosecond, whatever it is: time says nothing there but how many there were. */
export function instructionsOf(load: Load, costs: Omit<Costs, "instructions">): Measurement {
  const { total, system } = processorTime(load, costs);
  return {
    kiloInstructions: total / load.operations,
    kiloInstructionsInKernel: system / load.operations,
  };
}

/** In microseconds. */
function processorTime({ operations }: Load, { before, after }: Omit<Costs, "instructions">) {
  if (operations === 0) throw new Error("Nothing was done.");
  const system = after.system - before.system;
  return { system, total: after.user - before.user + system };
}

/** The median of each figure by itself. All measurements have the same figures. */
export function medianOf(measurements: readonly Measurement[]): Measurement {
  const names = Object.keys(measurements[0] ?? {}) as (keyof Measurement)[];
  return Object.fromEntries(
    names.map((name) => [name, middle(measurements.map((one) => one[name] as number))]),
  );
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const half = sorted.length / 2;
  const low = sorted[Math.ceil(half) - 1] as number;
  return (low + (sorted[Math.floor(half)] as number)) / 2;
}
