import { readFileSync } from "node:fs";
import { run } from "../run.ts";
import { caseOf, type Job, lineOf, type Outcome } from "./job.ts";

/** Runs inside the machine: does the job that standard input holds, and says on the console what came of it. */
export async function serveAsGuest(): Promise<void> {
  const job = JSON.parse(readFileSync(0, "utf8")) as Job;
  process.stdout.write(lineOf(await outcomeOf(job)));
}

async function outcomeOf(job: Job): Promise<Outcome> {
  try {
    return { measurement: await run(caseOf(job), job.settings) };
  } catch (cause) {
    return { failure: cause instanceof Error ? cause.message : String(cause) };
  }
}
