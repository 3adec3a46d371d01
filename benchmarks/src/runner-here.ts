import type { BenchOptions } from "./options.ts";
import { type Case, run } from "./run.ts";
import { type Runner, titleOf } from "./runner.ts";
import { mostConnections } from "./server-process/file-limit.ts";
import { canCountInstructions, NO_COUNTER } from "./server-process/instruction-counter.ts";
import { canPin, moveToGeneratorProcessor } from "./server-process/processors.ts";
import { hasRedis } from "./server-process/redis-process.ts";

const SHARED = "Server and generator share processors: there is one only, or no `taskset`.";

/** Runs cases on this machine, one at a time. */
export function runnerHere({ cases, warmUp, duration, nodeFlags }: BenchOptions): Runner {
  moveToGeneratorProcessor();
  const counting = canCountInstructions() ? "perf" : "none";
  const settings = { warmUp, duration, nodeFlags, counting } as const;
  return {
    cases: cases.filter((each) => reasonAgainst(each) === undefined),
    notes: [
      ...cases.flatMap(leftOut),
      ...(counting === "none" ? [NO_COUNTER] : []),
      ...(canPin ? [] : [SHARED]),
    ],
    atATime: 1,
    run: (one) => run(one, settings),
  };
}

function leftOut(one: Case): readonly string[] {
  const reason = reasonAgainst(one);
  return reason === undefined ? [] : [`Left out: ${titleOf(one)}: ${reason}.`];
}

/** Why something cannot be measured here. */
function reasonAgainst({ workload, server }: Case): string | undefined {
  if (server.isOnRedis && !hasRedis)
    return "redis-server is missing (apt-get install redis-server)";
  const most = mostConnections();
  if (workload.connections <= most) return undefined;
  return `${workload.connections} connections are needed, and ${most} are allowed (ulimit -n)`;
}
