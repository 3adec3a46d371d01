import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Measurement } from "../measurement.ts";
import type { Environment } from "./environment.ts";

const FOLDER = new URL("../../results/", import.meta.url);

export interface CaseResult {
  readonly workload: string;
  readonly operation: string;
  readonly server: string;
  readonly median: Measurement;
  readonly runs: readonly Measurement[];
}

export interface Results {
  readonly environment: Environment;
  readonly notes: readonly string[];
  readonly results: readonly CaseResult[];
}

/** Returns the path of the file. */
export function saveResults(label: string, results: Results): string {
  const minute = results.environment.date.slice(0, 16).replace(":", "");
  mkdirSync(FOLDER, { recursive: true });
  const file = fileURLToPath(new URL(`${minute}-${label}.json`, FOLDER));
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
  return file;
}
