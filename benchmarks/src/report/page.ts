import { readFileSync, writeFileSync } from "node:fs";
import { NO_COUNTER } from "../server-process/instruction-counter.ts";
import type { Environment } from "./environment.ts";
import { mergedResults } from "./merged-results.ts";
import type { Published, Results } from "./results-file.ts";
import { goalTableOf, tablesOf } from "./table.ts";

const PAGE = new URL("../../../docs/reference/performance.md", import.meta.url);

/** Above this load, other work took part of the processors. */
const QUIET = 0.7;
const CAUTION =
  "That is other work, which took most of the time of the processors: figures are worse than on a quiet machine, and chance has a part in them.";

/** The page as it stands in the documentation. */
export function currentPage(): string {
  return readFileSync(PAGE, "utf8");
}

/** Writes the page of the documentation anew, from what was published last. */
export function writePage(published: Published): void {
  writeFileSync(PAGE, pageOf(published));
}

/** All of the page comes from what was published, so that it says what was measured and nothing else. */
export function pageOf(published: Published): string {
  const { measured, counted } = published;
  const results = mergedResults(published);
  return `# Performance

This page is made by \`npm run bench -- --publish\` from
[its last full run](../../benchmarks/results/published.json).
What is measured, and how, is in the [benchmarks](../../benchmarks/README.md).

${factsOf(measured, (note) => note !== NO_COUNTER || counted === undefined)}
${counted === undefined ? "" : countingOf(counted)}Compare rows of one table rather than figures of different machines. What an operation costs is that of the processes of
the server: thousand instructions (kins) where they can be counted, processor time elsewhere. The last column is the cost
divided by that of the first row.

## Goals

In the last column is the same of a server without any protocol on \`node:net\` or \`node:http\`: what these cost, and the system.

${goalTableOf(results)}

## Figures

${tablesOf(results)}`;
}

/** How instructions came to stand beside figures of another run. */
function countingOf(counted: Results): string {
  return `Instructions are from a [run of their own](../../benchmarks/results/published-instructions.json), in which each server
worked in an emulated machine whose clock moves by a nanosecond for each instruction, so that its processor time is their
number, whatever else the real machine does. Times mean nothing there: all other figures are of the run above.

${factsOf(counted)}
`;
}

/** One line for each: when, where and how a run came about. */
function factsOf(
  { environment, notes }: Results,
  isWorthSaying: (note: string) => boolean = () => true,
): string {
  const { date, command, versions } = environment;
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const facts = [
    `Date: ${date.slice(0, 10)}`,
    `Command: \`${command}\``,
    ...machineOf(environment),
    `Versions: ${packages.join(", ")}`,
    ...notes.filter(isWorthSaying),
  ];
  return facts.map((fact) => `- ${fact}\n`).join("");
}

function machineOf(environment: Environment): readonly string[] {
  const { processor, processors, memory, load, system, node, emulated } = environment;
  if (emulated !== undefined) return [`Machine: ${emulated}, 1 processor, Node ${node}`];
  return [
    `Machine: ${processor}, ${processors} processors, ${memory} GB, ${system}, Node ${node}`,
    `Load of the machine when it began: ${load.toFixed(1)}${load < QUIET ? "" : `. ${CAUTION}`}`,
  ];
}
