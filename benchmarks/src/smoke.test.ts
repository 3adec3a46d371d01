import { afterAll, describe, expect, it } from "vitest";
import { type Measurement, measurementOf } from "./measurement.ts";
import { wireFor } from "./run.ts";
import { RedisProcess } from "./server-process/redis-process.ts";
import type { BenchServer } from "./servers/server.ts";
import { SERVERS } from "./servers/table.ts";
import type { Wire } from "./wires/wire.ts";
import { type Sizes, workloadsOf } from "./workloads/table.ts";
import type { Stage, Workload } from "./workloads/workload.ts";

const TINY: Sizes = {
  subscribers: 20,
  rooms: 10,
  groups: 5,
  loops: 10,
  idle: 10,
  crowd: 20,
  betweenMessages: 50,
};
const COSTS = {
  before: { user: 0, system: 0, memory: 0 },
  after: { user: 1, system: 1, memory: 1 },
};

const workloads = workloadsOf(TINY);
const redis = await RedisProcess.start();
const ports = new Map<BenchServer, Promise<readonly number[]>>();

afterAll(() => redis.stop());

/** Servers of this process: nothing is measured here. Two of each on Redis. */
function portsOf(server: BenchServer): Promise<readonly number[]> {
  const started = ports.get(server) ?? startNodes(server);
  ports.set(server, started);
  return started;
}

async function startNodes(server: BenchServer): Promise<readonly number[]> {
  const { start } = await server.load();
  const settings = { redisPort: redis.port };
  const first = await start(settings);
  return server.isOnRedis ? [first, await start(settings)] : [first];
}

async function stageOf(workload: Workload, server: BenchServer, fail: (cause: Error) => void) {
  const all = await portsOf(server);
  return {
    targets: all.slice(0, workload.nodes).map((port) => ({ port, fail })),
    warmUp: 10,
    duration: 30,
    worked: async () => performance.now(),
    waited: () => 0,
    measure: async (work) => measurementOf(await work(), { ...COSTS, instructions: undefined }),
    settledMemory: async () => 0,
  } satisfies Stage;
}

describe("a tiny run", () => {
  // Mostly waiting, so that all servers are asked at the same time.
  it.concurrent.each(SERVERS)(
    "of everything that $name takes is counted in full",
    async (server) => {
      for (const workload of workloads) {
        const wire = wireFor(workload, server);
        if (wire === undefined) continue;
        const measurement = await tinyRun(workload, server, wire);
        expect(Object.keys(measurement), workload.name).not.toHaveLength(0);
      }
    },
    180_000,
  );
});

function tinyRun(workload: Workload, server: BenchServer, wire: Wire): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(new Error(`It failed: ${workload.name}`, { cause }));
    stageOf(workload, server, fail)
      .then((stage) => workload.measure(wire, stage))
      .then(resolve, fail);
  });
}
