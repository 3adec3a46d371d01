// What `npm test` runs before the tests. Each is one command that must exit with 0.
import { performance } from "node:perf_hooks";
import { capture } from "./run.mjs";

const STEPS = [
  { name: "build", command: ["turbo", "run", "build", "--output-logs=errors-only"] },
  { name: "lint", command: ["biome", "ci", "--error-on-warnings", "."] },
  { name: "size of the client", command: ["size-limit"] },
  { name: "type-check", command: ["tsc", "-p", "tsconfig.json"] },
  { name: "tests on Nest 11", command: ["vitest", "run", "--config", "vitest.nest11.config.ts"] },
  { name: "unused code and dependencies", command: ["knip", "--no-progress"] },
  {
    name: "package contents and types",
    command: ["turbo", "run", "check:package", "--only", "--continue", "--output-logs=errors-only"],
  },
];

/** How much of a failed step's output is shown, in lines. */
const SHOWN_LINES = 80;

/** Runs every step, also after one has failed; resolves to how many failed. */
export async function runSteps() {
  let failed = 0;
  for (const { name, command } of STEPS) {
    const isPassed = await runStep(name, command);
    if (!isPassed) failed += 1;
  }
  return failed;
}

async function runStep(name, [tool, ...args]) {
  const startedAt = performance.now();
  const { code, output } = await capture(tool, args);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (code !== 0) console.log(lastLines(output));
  console.log(`${code === 0 ? "passed" : "FAILED"}  ${name} (${seconds} s)`);
  return code === 0;
}

function lastLines(output) {
  const lines = output.trimEnd().split("\n");
  const left = lines.length - SHOWN_LINES;
  if (left <= 0) return lines.join("\n");
  return [`(${left} lines left out)`, ...lines.slice(-SHOWN_LINES)].join("\n");
}
