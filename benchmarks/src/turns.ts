import { type Measurement, medianOf } from "./measurement.ts";
import type { CaseResult } from "./report/results-file.ts";
import type { Case } from "./run.ts";
import { type Runner, titleOf } from "./runner.ts";

export interface Turns {
  readonly results: readonly CaseResult[];
  /** A delivery was missing or one too many, a connection broke: said in the results, in place of figures. */
  readonly failures: readonly string[];
}

/** Every case once in each round, so that what disturbs the machine for a while disturbs all alike. */
export async function takeTurns(runner: Runner, rounds: number): Promise<Turns> {
  const measurements = new Map<Case, Measurement[]>(runner.cases.map((each) => [each, []]));
  const failures: string[] = [];
  const turns = Array.from({ length: rounds }, (_, index) =>
    [...measurements].map(([one, taken]) => async () => {
      const outcome = await runOrReason(runner, one);
      if (typeof outcome === "string") failures.push(`A run failed: ${titleOf(one)}: ${outcome}`);
      else taken.push(outcome);
      const inShort = typeof outcome === "string" ? outcome : shortly(outcome);
      console.log(`${index + 1}/${rounds} ${titleOf(one)}: ${inShort}`);
    }),
  );
  await inParallel(turns.flat(), runner.atATime);
  const results = [...measurements]
    .filter(([, runs]) => runs.length > 0)
    .map(([each, runs]) => resultOf(each, runs));
  return { results, failures };
}

/** Each begins as soon as fewer than `atATime` are under way. */
async function inParallel(turns: readonly (() => Promise<void>)[], atATime: number): Promise<void> {
  const waiting = turns.values();
  const lanes = Array.from({ length: atATime }, async () => {
    for (const turn of waiting) await turn();
  });
  await Promise.all(lanes);
}

function resultOf({ workload, server }: Case, runs: readonly Measurement[]): CaseResult {
  const { name, operation } = workload;
  return { workload: name, operation, server: server.name, median: medianOf(runs), runs };
}

async function runOrReason(runner: Runner, one: Case): Promise<Measurement | string> {
  try {
    return await runner.run(one);
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

function shortly(measurement: Measurement): string {
  const { kiloInstructions, cpuMicroseconds, bytesPerClient } = measurement;
  if (bytesPerClient !== undefined) return `${(bytesPerClient / 1_000).toFixed(1)} KB a client`;
  if (cpuMicroseconds !== undefined) return `${cpuMicroseconds.toFixed(2)} µs of processor time`;
  return `${kiloInstructions?.toFixed(1)} kins`;
}
