// Runs vitest and counts from its report, so that nothing passes by not having run.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { exitOf, ROOT, start } from "./run.mjs";

const REPORT = join(ROOT, ".reports", "vitest.json");

/** Runs every test; resolves to how many passed and failed. What failed outside a test counts as one. */
export async function runUnitTests() {
  rmSync(REPORT, { force: true });
  const args = [
    "run",
    "--update=none",
    "--reporter=dot",
    "--reporter=json",
    `--outputFile.json=${REPORT}`,
  ];
  const code = await exitOf(start("vitest", args));
  const { passed, failed, notRun } = readCounts();
  if (notRun > 0) console.log(`FAILED  ${notRun} tests were skipped or are only planned`);
  const counted = failed + notRun;
  const isFailureOutside = counted === 0 && (code !== 0 || passed === 0);
  return { passed, failed: isFailureOutside ? 1 : counted };
}

function readCounts() {
  try {
    const report = JSON.parse(readFileSync(REPORT, "utf8"));
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + report.testResults.filter(isBroken).length,
      notRun: report.numPendingTests + report.numTodoTests,
    };
  } catch (error) {
    console.log(`FAILED  vitest left no report: ${error.message}`);
    return { passed: 0, failed: 1, notRun: 0 };
  }
}

/** A file that failed as a whole, before or beside its tests. */
function isBroken({ status, assertionResults }) {
  return status === "failed" && assertionResults.every((test) => test.status !== "failed");
}
