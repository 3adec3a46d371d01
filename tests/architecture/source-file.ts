import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

export interface SourceFile {
  /** From the repository's root, with slashes: `packages/core/src/comet.ts`. */
  readonly path: string;
  readonly text: string;
}

const SEARCHED = ["packages", "examples", "tests", "benchmarks"];
const NOT_OURS = /(^|\/)(node_modules|dist|coverage)\//;

/** Every TypeScript source of the workspaces, tests included. */
export function readSources(root: string): SourceFile[] {
  return SEARCHED.flatMap((folder) => listFiles(root, folder))
    .filter((path) => path.endsWith(".ts") && !NOT_OURS.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

function listFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map(
    (path) => `${folder}/${path.split(sep).join("/")}`,
  );
}
