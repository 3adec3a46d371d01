import { type Measurement, medianOf } from "./measurement.ts";
import { type BenchOptions, optionsFrom, USAGE } from "./options.ts";
import { environmentOf } from "./report/environment.ts";
import { writePage } from "./report/page.ts";
import {
  type CaseResult,
  publishedResults,
  publishResults,
  saveResults,
} from "./report/results-file.ts";
import { goalTableOf, tablesOf } from "./report/table.ts";
import { type Case, type RunSettings, run } from "./run.ts";
import { mostConnections } from "./server-process/file-limit.ts";
import { canCountInstructions } from "./server-process/instruction-counter.ts";
import { canPin, moveToGeneratorProcessor } from "./server-process/processors.ts";
import { hasRedis } from "./server-process/redis-process.ts";

/** Does what the arguments ask for: prints tables and writes the results to a file. */
export async function runBench(args: readonly string[]): Promise<void> {
  const options = optionsFrom(args);
  if (options === "help") console.log(USAGE);
  else if (options === "page") writePage(publishedResults());
  else await measureAll(options);
}

async function measureAll(options: BenchOptions): Promise<void> {
  moveToGeneratorProcessor();
  const countsInstructions = canCountInstructions();
  const cases = options.cases.filter((each) => reasonAgainst(each) === undefined);
  const notes = notesOn(options, countsInstructions);
  for (const note of notes) console.log(note);
  const settings = { ...options, countsInstructions };
  const environment = environmentOf(options);
  const { results, failures } = await takeTurns({ ...options, cases }, settings);
  const all = { environment, notes: [...notes, ...failures], results };
  console.log(`\n${tablesOf(results)}\n${goalTableOf(results)}\n`);
  for (const failure of failures) console.log(failure);
  if (failures.length > 0) process.exitCode = 1;
  console.log(`Written to ${saveResults(options.label, all)}`);
  if (!options.publishes) return;
  console.log(`Published in ${publishResults(all)}`);
  writePage(publishedResults());
}

/** Every case once in each round, so that what disturbs the machine for a while disturbs all alike. */
async function takeTurns(options: BenchOptions, settings: RunSettings): Promise<Turns> {
  const measurements = new Map<Case, Measurement[]>(options.cases.map((each) => [each, []]));
  const failures: string[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    for (const [each, taken] of measurements) {
      const outcome = await runOrReason(each, settings);
      if (typeof outcome === "string") failures.push(`A run failed: ${titleOf(each)}: ${outcome}`);
      else taken.push(outcome);
      const inShort = typeof outcome === "string" ? outcome : shortly(outcome);
      console.log(`${round}/${options.rounds} ${titleOf(each)}: ${inShort}`);
    }
  }
  const results = [...measurements]
    .filter(([, runs]) => runs.length > 0)
    .map(([each, runs]) => resultOf(each, runs));
  return { results, failures };
}

interface Turns {
  readonly results: readonly CaseResult[];
  /** A delivery was missing or one too many, a connection broke: said in the results, in place of figures. */
  readonly failures: readonly string[];
}

function resultOf({ workload, server }: Case, runs: readonly Measurement[]): CaseResult {
  const { name, operation } = workload;
  return { workload: name, operation, server: server.name, median: medianOf(runs), runs };
}

async function runOrReason(each: Case, settings: RunSettings): Promise<Measurement | string> {
  try {
    return await run(each, settings);
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

function titleOf({ workload, server }: Case): string {
  return `${server.name}: ${workload.name}`;
}

function shortly({ cpuMicroseconds, bytesPerClient }: Measurement): string {
  if (bytesPerClient !== undefined) return `${(bytesPerClient / 1_000).toFixed(1)} KB a client`;
  return `${cpuMicroseconds?.toFixed(2)} µs of processor time`;
}

/** Why something cannot be measured here. */
function reasonAgainst({ workload, server }: Case): string | undefined {
  if (server.isOnRedis && !hasRedis)
    return "redis-server is missing (apt-get install redis-server)";
  const most = mostConnections();
  if (workload.connections <= most) return undefined;
  return `${workload.connections} connections are needed, and ${most} are allowed (ulimit -n)`;
}

function notesOn({ cases }: BenchOptions, countsInstructions: boolean): string[] {
  const notes = cases.flatMap((each) => {
    const reason = reasonAgainst(each);
    return reason === undefined ? [] : [`Left out: ${titleOf(each)}: ${reason}.`];
  });
  if (!countsInstructions)
    notes.push(
      "Instructions cannot be counted here: `perf` is missing, or has no counter to read.",
    );
  if (!canPin)
    notes.push("Server and generator share processors: there is one only, or no `taskset`.");
  return notes;
}
