import { type Measurement, medianOf } from "./measurement.ts";
import { type BenchOptions, optionsFrom, USAGE } from "./options.ts";
import { environmentOf } from "./report/environment.ts";
import { type CaseResult, saveResults } from "./report/results-file.ts";
import { tableOf } from "./report/table.ts";
import { type Case, type RunSettings, run } from "./run.ts";
import { canCountInstructions } from "./server-process/instruction-counter.ts";
import { canPin, moveToGeneratorProcessor } from "./server-process/processors.ts";

/** Runs what the arguments ask for, prints a table and writes the results to a file. */
export async function runBench(args: readonly string[]): Promise<void> {
  const options = optionsFrom(args);
  if (options === undefined) {
    console.log(USAGE);
    return;
  }
  moveToGeneratorProcessor();
  const countsInstructions = canCountInstructions();
  const results = await takeTurns(options, { ...options, countsInstructions });
  const notes = notesOn(countsInstructions);
  console.log(`\n${tableOf(results)}`);
  for (const note of notes) console.log(note);
  const file = saveResults(options.label, { environment: environmentOf(options), notes, results });
  console.log(`\nWritten to ${file}`);
}

/** Every case once in each round, so that what disturbs the machine for a while disturbs all alike. */
async function takeTurns(options: BenchOptions, settings: RunSettings): Promise<CaseResult[]> {
  const measurements = new Map<Case, Measurement[]>(options.cases.map((each) => [each, []]));
  for (let round = 1; round <= options.rounds; round++) {
    for (const [each, taken] of measurements) {
      const measurement = await runNamed(each, settings);
      taken.push(measurement);
      const cost = measurement.cpuMicroseconds.toFixed(2);
      console.log(`${round}/${options.rounds} ${titleOf(each)}: ${cost} µs of processor time`);
    }
  }
  return [...measurements].map(([{ workload, server }, runs]) => ({
    workload: workload.name,
    operation: workload.operation,
    server: server.name,
    median: medianOf(runs),
    runs,
  }));
}

async function runNamed(each: Case, settings: RunSettings): Promise<Measurement> {
  try {
    return await run(each, settings);
  } catch (cause) {
    throw new Error(`The run failed: ${titleOf(each)}.`, { cause });
  }
}

function titleOf({ workload, server }: Case): string {
  return `${server.name}: ${workload.name}`;
}

function notesOn(countsInstructions: boolean): string[] {
  const notes: string[] = [];
  if (!countsInstructions)
    notes.push(
      "Instructions cannot be counted here: `perf` is missing, or has no counter to read.",
    );
  if (!canPin)
    notes.push("Server and generator share processors: there is one only, or no `taskset`.");
  return notes;
}
