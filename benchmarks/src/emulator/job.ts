import type { Measurement } from "../measurement.ts";
import { type Case, type RunSettings, wireFor } from "../run.ts";
import { SERVERS } from "../servers/table.ts";
import { WORKLOADS } from "../workloads/table.ts";

/** One case, as the guest is told of it. */
export interface Job {
  readonly workload: string;
  readonly server: string;
  readonly settings: RunSettings;
}

export type Outcome = { readonly measurement: Measurement } | { readonly failure: string };

/** Begins a line on the console of the guest that is not for people. */
const MARK = "outcome ";

export function jobOf({ workload, server }: Case, settings: RunSettings): Job {
  return { workload: workload.name, server: server.name, settings };
}

/** Throws for a job that is not of this version of the harness. */
export function caseOf(job: Job): Case {
  const workload = WORKLOADS.find(({ name }) => name === job.workload);
  const server = SERVERS.find(({ name }) => name === job.server);
  const wire = workload && server && wireFor(workload, server);
  if (workload && server && wire) return { workload, server, wire };
  throw new Error(`There is no case ${job.server}: ${job.workload}.`);
}

export function lineOf(outcome: Outcome): string {
  return `\n${MARK}${JSON.stringify(outcome)}\n`;
}

/** The outcome that a console shows; undefined when it shows none. */
export function outcomeIn(console: string): Outcome | undefined {
  const line = console.split(/[\r\n]+/).findLast((each) => each.startsWith(MARK));
  return line === undefined ? undefined : (JSON.parse(line.slice(MARK.length)) as Outcome);
}
