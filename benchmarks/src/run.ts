import { instructionsOf, type Measurement, measurementOf } from "./measurement.ts";
import { InstructionCounter, type Instructions } from "./server-process/instruction-counter.ts";
import { processorWait } from "./server-process/processor-wait.ts";
import { RedisProcess } from "./server-process/redis-process.ts";
import { ServerProcess } from "./server-process/server-process.ts";
import type { Usage } from "./server-process/talk.ts";
import type { BenchServer } from "./servers/server.ts";
import type { Target, Wire } from "./wires/wire.ts";
import type { Load, Stage, Workload } from "./workloads/workload.ts";

export interface RunSettings {
  /** Milliseconds of processor time that the server is to have worked before anything is measured. */
  readonly warmUp: number;
  /** Milliseconds that it is measured. */
  readonly duration: number;
  /** How instructions are counted, if they are. In an emulated machine, each takes a nanosecond of processor time. */
  readonly counting: "none" | "perf" | "emulated";
  readonly nodeFlags: readonly string[];
}

/** A workload and a server that can take it. */
export interface Case {
  readonly workload: Workload;
  readonly server: BenchServer;
  readonly wire: Wire;
}

/** How clients of this workload speak with the server; undefined when it is nothing for the server. */
export function wireFor(workload: Workload, server: BenchServer): Wire | undefined {
  const { servers, usesPatterns, transport } = workload;
  const isMeant = servers.includes(server.isOnRedis ? "on Redis" : "in memory");
  const isAble = server.hasPatterns || !usesPatterns;
  return isMeant && isAble ? server.wires[transport] : undefined;
}

/** One run against fresh processes. Rejects when a single delivery is missing, doubled or out of order. */
export async function run(one: Case, settings: RunSettings): Promise<Measurement> {
  const redis = one.server.isOnRedis ? await RedisProcess.start() : undefined;
  try {
    return await runOn(redis?.port ?? 0, one, settings);
  } finally {
    await redis?.stop();
  }
}

async function runOn(
  redisPort: number,
  { workload, server, wire }: Case,
  settings: RunSettings,
): Promise<Measurement> {
  const processes: ServerProcess[] = [];
  try {
    while (processes.length < workload.nodes) {
      processes.push(await ServerProcess.start(server.name, redisPort, settings.nodeFlags));
    }
    const { promise: failure, fail } = failing();
    const targets = processes.map(({ port }) => ({ port, fail }));
    const measuring = workload.measure(wire, stageOf(processes, targets, settings));
    return await Promise.race([measuring, failure]);
  } finally {
    await Promise.all(processes.map((process) => process.stop()));
  }
}

function stageOf(
  processes: readonly ServerProcess[],
  targets: readonly Target[],
  settings: RunSettings,
): Stage {
  return {
    targets,
    warmUp: settings.warmUp,
    duration: settings.duration,
    async worked() {
      const { user, system } = await usageOf(processes);
      return (user + system) / 1_000;
    },
    waited: () => waitedBy(processes),
    measure: (work) => measure(work, processes, settings),
    async settledMemory() {
      const all = await Promise.all(processes.map((process) => process.settledMemory()));
      return all.reduce((sum, bytes) => sum + bytes, 0);
    },
  };
}

function waitedBy(processes: readonly ServerProcess[]): number {
  return processes.reduce((sum, { pid }) => sum + processorWait(pid), processorWait(process.pid));
}

async function measure(
  work: () => Promise<Load>,
  processes: readonly ServerProcess[],
  { counting }: RunSettings,
): Promise<Measurement> {
  const counters =
    counting === "perf"
      ? await Promise.all(processes.map(({ pid }) => InstructionCounter.start(pid)))
      : [];
  const before = await usageOf(processes);
  const load = await work();
  const after = await usageOf(processes);
  if (counting === "emulated") return instructionsOf(load, { before, after });
  const counted = await Promise.all(counters.map((counter) => counter.stop()));
  return measurementOf(load, { before, after, instructions: sumOf(counted) });
}

async function usageOf(processes: readonly ServerProcess[]): Promise<Usage> {
  const usages = await Promise.all(processes.map((process) => process.usage()));
  return usages.reduce((one, other) => ({
    user: one.user + other.user,
    system: one.system + other.system,
    memory: one.memory + other.memory,
  }));
}

function sumOf(counted: readonly Instructions[]): Instructions | undefined {
  if (counted.length === 0) return undefined;
  return counted.reduce((one, other) => ({
    user: one.user + other.user,
    kernel: one.kernel + other.kernel,
  }));
}

/** A promise that only ever rejects, at the first call of `fail`. */
function failing(): { promise: Promise<never>; fail: (cause: Error) => void } {
  let fail: (cause: Error) => void = () => undefined;
  const promise = new Promise<never>((_, reject) => {
    fail = reject;
  });
  promise.catch(() => undefined);
  return { promise, fail };
}
