import { type Measurement, measurementOf } from "./measurement.ts";
import { InstructionCounter } from "./server-process/instruction-counter.ts";
import { ServerProcess } from "./server-process/server-process.ts";
import type { BenchServer } from "./servers/server.ts";
import type { Wire } from "./wires/wire.ts";
import type { Session, Workload } from "./workloads/workload.ts";

export interface RunSettings {
  /** Milliseconds under load before anything is measured, and while it is. */
  readonly warmUp: number;
  readonly duration: number;
  readonly countsInstructions: boolean;
  readonly nodeFlags: readonly string[];
}

/** A workload and a server that can take it. */
export interface Case {
  readonly workload: Workload;
  readonly server: BenchServer;
  readonly wire: Wire;
}

/** One run against a fresh process. Rejects when a single delivery is missing, doubled or out of order. */
export async function run(
  { workload, server, wire }: Case,
  settings: RunSettings,
): Promise<Measurement> {
  const process = await ServerProcess.start(server.name, settings.nodeFlags);
  const { promise: failure, fail } = failing();
  const target = { port: process.port, fail };
  try {
    const session = await Promise.race([workload.open(wire, target), failure]);
    const measurement = await Promise.race([measure(session, process, settings), failure]);
    session.close();
    return measurement;
  } finally {
    await process.stop();
  }
}

async function measure(
  session: Session,
  process: ServerProcess,
  settings: RunSettings,
): Promise<Measurement> {
  await session.drive(settings.warmUp);
  const counter = settings.countsInstructions
    ? await InstructionCounter.start(process.pid)
    : undefined;
  const before = await process.usage();
  const load = await session.drive(settings.duration);
  const after = await process.usage();
  return measurementOf(load, { before, after, instructions: await counter?.stop() });
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
