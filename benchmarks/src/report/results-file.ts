import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Measurement } from "../measurement.ts";
import type { Environment } from "./environment.ts";

const FOLDER = new URL("../../results/", import.meta.url);
const PUBLISHED = "published.json";
const PUBLISHED_INSTRUCTIONS = "published-instructions.json";

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

/** What was published last, which the documentation is made from. */
export interface Published {
  readonly measured: Results;
  /** Instructions, of emulated machines. */
  readonly counted: Results | undefined;
}

/** Returns the path of the file. */
export function saveResults(label: string, results: Results): string {
  const minute = results.environment.date.slice(0, 16).replace(":", "");
  return write(`${minute}-${label}.json`, results);
}

export function publishResults(results: Results): string {
  const isOfReal = results.environment.emulated === undefined;
  return write(isOfReal ? PUBLISHED : PUBLISHED_INSTRUCTIONS, results);
}

export function publishedResults(): Published {
  const hasCounted = existsSync(new URL(PUBLISHED_INSTRUCTIONS, FOLDER));
  return {
    measured: read(PUBLISHED),
    counted: hasCounted ? read(PUBLISHED_INSTRUCTIONS) : undefined,
  };
}

function read(name: string): Results {
  return JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Results;
}

function write(name: string, results: Results): string {
  mkdirSync(FOLDER, { recursive: true });
  const file = fileURLToPath(new URL(name, FOLDER));
  writeFileSync(file, `${JSON.stringify(results, rounding, 2)}\n`);
  return file;
}

/** Six digits are more than any measurement here deserves. */
function rounding(_name: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(6)) : value;
}
