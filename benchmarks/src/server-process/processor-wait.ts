import { readFileSync } from "node:fs";

const NANOSECONDS = 1_000_000;

/**
 * Milliseconds for which the first thread of a process was ready to run, since its start, while its processor had other
 * things to do. Always 0 where the system does not say.
 * @see https://docs.kernel.org/scheduler/sched-stats.html
 */
export function processorWait(pid: number): number {
  try {
    const [, waited] = readFileSync(`/proc/${pid}/schedstat`, "latin1").split(" ");
    return Number(waited) / NANOSECONDS;
  } catch {
    return 0;
  }
}
