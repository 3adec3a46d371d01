import { emulatedRunner } from "./emulator/runner.ts";
import { type BenchOptions, optionsFrom, USAGE } from "./options.ts";
import { environmentOf } from "./report/environment.ts";
import { writePage } from "./report/page.ts";
import { publishedResults, publishResults, saveResults } from "./report/results-file.ts";
import { goalTableOf, tablesOf } from "./report/table.ts";
import { runnerHere } from "./runner-here.ts";
import { takeTurns } from "./turns.ts";

/** Does what the arguments ask for: prints tables and writes the results to a file. */
export async function runBench(args: readonly string[]): Promise<void> {
  const options = optionsFrom(args);
  if (options === "help") console.log(USAGE);
  else if (options === "page") writePage(publishedResults());
  else await measureAll(options);
}

async function measureAll(options: BenchOptions): Promise<void> {
  const runner = options.isEmulated ? emulatedRunner(options) : runnerHere(options);
  for (const note of runner.notes) console.log(note);
  const environment = environmentOf(options, runner.emulated);
  const { results, failures } = await takeTurns(runner, options.rounds);
  const all = { environment, notes: [...runner.notes, ...failures], results };
  console.log(`\n${tablesOf(results)}\n${goalTableOf(results)}\n`);
  for (const failure of failures) console.log(failure);
  if (failures.length > 0) process.exitCode = 1;
  console.log(`Written to ${saveResults(options.label, all)}`);
  if (!options.publishes) return;
  console.log(`Published in ${publishResults(all)}`);
  writePage(publishedResults());
}
