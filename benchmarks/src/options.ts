import { parseArgs } from "node:util";
import { type Case, wireFor } from "./run.ts";
import { SERVERS } from "./servers/table.ts";
import { WORKLOADS } from "./workloads/table.ts";

export interface BenchOptions {
  readonly rounds: number;
  /** Milliseconds of processor time. */
  readonly warmUp: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly cases: readonly Case[];
  readonly nodeFlags: readonly string[];
  /** What the results are filed under. */
  readonly label: string;
  /** Whether each case is run in an emulated machine, which counts its instructions. */
  readonly isEmulated: boolean;
  /** Whether the documentation is made from the results. */
  readonly publishes: boolean;
}

export const USAGE: string = `npm run bench -- [options]
  --quick              one short round; of the workloads only the fan-outs, if none are named
  --rounds <n>         rounds; all cases take turns in each (default 3)
  --seconds <n>        how long each run is measured (default 2)
  --servers <a,b>      only these: ${SERVERS.map(({ name }) => name).join(", ")}
  --workloads <a,b>    only those whose name contains one of these, or all words of "one of these"
  --node-flags=<flags> for the server, e.g. --node-flags="--cpu-prof --cpu-prof-dir=profiles"
  --label <word>       what the results are filed under
  --emulated           counts instructions in emulated machines; one round, only workloads that are about costs
  --publish            makes docs/reference/performance.md from the results
  --page               only makes that page, from the results that were published last
  --help`;

/** What to measure, or what else was asked for. Throws for what makes no sense. */
export function optionsFrom(args: readonly string[]): BenchOptions | "help" | "page" {
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
      emulated: { type: "boolean", default: false },
      publish: { type: "boolean", default: false },
      page: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  if (values.page) return "page";
  const { quick, emulated } = values;
  const words = values.workloads ?? (quick ? "fan-out" : undefined);
  const cases = casesFor(listed(values.servers), listed(words));
  if (cases.length === 0) throw new RangeError(`Nothing to measure.\n${USAGE}`);
  return {
    rounds: positive(values.rounds ?? (quick || emulated ? "1" : "3")),
    // After one second costs still fall by a third, and by more where the most code is run, or in an emulated machine.
    warmUp: quick && !emulated ? 300 : 3_000,
    duration: positive(values.seconds ?? (quick ? "0.7" : emulated ? "1" : "2")) * 1_000,
    cases,
    nodeFlags: values["node-flags"]?.split(" ").filter((flag) => flag !== "") ?? [],
    label: values.label ?? (quick ? "quick" : emulated ? "emulated" : "full"),
    isEmulated: emulated,
    publishes: values.publish,
  };
}

function casesFor(
  names: readonly string[] | undefined,
  words: readonly string[] | undefined,
): Case[] {
  const unknown = names?.find((name) => !SERVERS.some((server) => server.name === name));
  if (unknown !== undefined) throw new RangeError(`There is no server "${unknown}".\n${USAGE}`);
  const servers = SERVERS.filter(({ name }) => names?.includes(name) ?? true);
  return WORKLOADS.filter(({ name }) => words?.some((each) => hasAll(name, each)) ?? true).flatMap(
    (workload) =>
      servers.flatMap((server) => {
        const wire = wireFor(workload, server);
        return wire === undefined ? [] : [{ workload, server, wire }];
      }),
  );
}

function hasAll(name: string, words: string): boolean {
  return words.split(" ").every((word) => name.includes(word));
}

function listed(value: string | undefined): readonly string[] | undefined {
  return value?.split(",").map((item) => item.trim());
}

function positive(value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new RangeError(`${value} is not above 0.\n${USAGE}`);
  return number;
}
