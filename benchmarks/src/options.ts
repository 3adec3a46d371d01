import { parseArgs } from "node:util";
import type { Case } from "./run.ts";
import { SERVERS } from "./servers/table.ts";
import { WORKLOADS } from "./workloads/table.ts";

export interface BenchOptions {
  readonly rounds: number;
  /** Milliseconds. */
  readonly warmUp: number;
  readonly duration: number;
  readonly cases: readonly Case[];
  readonly nodeFlags: readonly string[];
  /** What the results are filed under. */
  readonly label: string;
}

export const USAGE: string = `npm run bench -- [options]
  --quick              one short round, to see that everything works
  --rounds <n>         rounds; all cases take turns in each (default 5)
  --seconds <n>        how long each run is measured (default 3)
  --servers <a,b>      only these: ${SERVERS.map(({ name }) => name).join(", ")}
  --workloads <a,b>    only those whose name contains one of these words
  --node-flags=<flags> for the server, e.g. --node-flags="--cpu-prof --cpu-prof-dir=profiles"
  --label <word>       what the results are filed under
  --help`;

/** Undefined when only help was asked for. Throws for what makes no sense. */
export function optionsFrom(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      seconds: { type: "string" },
      servers: { type: "string" },
      workloads: { type: "string" },
      "node-flags": { type: "string" },
      label: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const cases = casesFor(listed(values.servers), listed(values.workloads));
  if (cases.length === 0) throw new RangeError(`Nothing to measure.\n${USAGE}`);
  const { quick } = values;
  return {
    rounds: positive(values.rounds ?? (quick ? "1" : "5")),
    warmUp: quick ? 500 : 1_500,
    duration: positive(values.seconds ?? (quick ? "1" : "3")) * 1_000,
    cases,
    nodeFlags: values["node-flags"]?.split(" ").filter((flag) => flag !== "") ?? [],
    label: values.label ?? (quick ? "quick" : "full"),
  };
}

function casesFor(
  names: readonly string[] | undefined,
  words: readonly string[] | undefined,
): Case[] {
  const unknown = names?.find((name) => !SERVERS.some((server) => server.name === name));
  if (unknown !== undefined) throw new RangeError(`There is no server "${unknown}".\n${USAGE}`);
  const servers = SERVERS.filter(({ name }) => names?.includes(name) ?? true);
  return WORKLOADS.filter(({ name }) => words?.some((word) => name.includes(word)) ?? true).flatMap(
    (workload) =>
      servers.flatMap((server) => {
        const wire = server.wires[workload.transport];
        return wire === undefined ? [] : [{ workload, server, wire }];
      }),
  );
}

function listed(value: string | undefined): readonly string[] | undefined {
  return value?.split(",").map((item) => item.trim());
}

function positive(value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new RangeError(`${value} is not above 0.\n${USAGE}`);
  return number;
}
