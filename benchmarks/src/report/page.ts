import { writeFileSync } from "node:fs";
import type { Results } from "./results-file.ts";
import { goalTableOf, tablesOf } from "./table.ts";

const PAGE = new URL("../../../docs/reference/performance.md", import.meta.url);

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
- Other work when it began: a load of ${load.toFixed(1)}; nothing is 0, and one process that never rests is 1
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
