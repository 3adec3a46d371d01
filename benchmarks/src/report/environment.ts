import { createRequire } from "node:module";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import type { BenchOptions } from "../options.ts";

/** Where and how results came about. */
export interface Environment {
  readonly date: string;
  readonly command: string;
  readonly processor: string;
  readonly processors: number;
  /** Gigabytes. */
  readonly memory: number;
  /** Processes that ran or waited for a processor before it began, on average over a minute: other work. */
  readonly load: number;
  readonly system: string;
  readonly node: string;
  /** What emulated the machine in which the instructions were counted, if one did. */
  readonly emulated?: string;
  /** Of the packages of the servers. */
  readonly versions: Readonly<Record<string, string>>;
}

export function environmentOf({ cases }: BenchOptions, emulated?: string): Environment {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    command: ["npm run bench --", ...process.argv.slice(2).map(quoted)].join(" "),
    processor: processors[0]?.model.trim() ?? "unknown",
    processors: processors.length,
    memory: Math.round(totalmem() / 2 ** 30),
    load: loadavg()[0] ?? 0,
    system: `${type()} ${release()}`,
    node: process.version,
    ...(emulated !== undefined && { emulated }),
    versions: Object.fromEntries(
      cases
        .map(({ server }) => server.package)
        .filter((name) => name !== undefined)
        .map((name) => [name, versionOf(name)]),
    ),
  };
}

function versionOf(name: string): string {
  const manifest = createRequire(import.meta.url)(`${name}/package.json`) as { version: string };
  return manifest.version;
}

function quoted(argument: string): string {
  return argument.includes(" ") ? `"${argument}"` : argument;
}
