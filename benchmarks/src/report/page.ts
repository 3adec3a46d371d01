import { readFileSync, writeFileSync } from "node:fs";
import type { Results } from "./results-file.ts";
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
export function writePage(results: Results): void {
  writeFileSync(PAGE, pageOf(results));
}

/** All of the page comes from one run, so that it says what was measured and nothing else. */
export function pageOf({ environment, notes, results }: Results): string {
  const { date, command, processor, processors, memory, load, system, node, versions } =
    environment;
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `# Performance

This page is made by \`npm run bench -- --publish\` from
[its last full run](../../benchmarks/results/published.json).
What is measured, and how, is in the [benchmarks](../../benchmarks/README.md).

- Date: ${date.slice(0, 10)}
- Command: \`${command}\`
- Machine: ${processor}, ${processors} processors, ${memory} GB, ${system}, Node ${node}
- Load of the machine when it began: ${load.toFixed(1)}${load < QUIET ? "" : `. ${CAUTION}`}
- Versions: ${packages.join(", ")}
${notes.map((note) => `- ${note}\n`).join("")}
Compare rows of one table rather than figures of different machines. What an operation costs is that of the processes of
the server: thousand instructions (kins) where they can be counted, processor time elsewhere. The last column is the cost
divided by that of the first row.

## Goals

${goalTableOf(results)}

## Figures

${tablesOf(results)}`;
}
