import { availableParallelism } from "node:os";
import type { BenchOptions } from "../options.ts";
import { isAboutCosts } from "../report/goals.ts";
import type { Runner } from "../runner.ts";
import { hasRedis } from "../server-process/redis-process.ts";
import { runEmulated } from "./emulator.ts";
import { machineParts } from "./parts.ts";

/** Runs each case in a machine of its own, as many at a time as there are processors. Throws where there can be none. */
export function emulatedRunner({ cases, warmUp, duration, nodeFlags }: BenchOptions): Runner {
  const parts = machineParts();
  const settings = { warmUp, duration, nodeFlags, counting: "emulated" } as const;
  const ofCosts = cases.filter(({ workload }) => isAboutCosts(workload.name));
  const able = ofCosts.filter(({ server }) => hasRedis || !server.isOnRedis);
  const others = new Set(
    cases.map(({ workload }) => workload.name).filter((name) => !isAboutCosts(name)),
  );
  return {
    cases: able,
    notes: [
      ...[...others].map((name) => `Left out: ${name}: no goal of it is about costs.`),
      ...(able.length < ofCosts.length
        ? ["Left out: all that needs Redis: redis-server is missing."]
        : []),
    ],
    atATime: availableParallelism(),
    emulated: `QEMU ${parts.emulator}, Linux ${parts.kernel.release}`,
    run: (one) => runEmulated(one, settings, parts),
  };
}
