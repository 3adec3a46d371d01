import { afterAll, expect, it, onTestFinished } from "vitest";
import { bundle } from "./support/bundle.ts";
import { Chance } from "./support/chance.ts";
import { Cluster, type ClusterSettings } from "./support/cluster.ts";
import { ON_DISK } from "./support/fault.ts";
import { keepAs } from "./support/figures.ts";
import { type Measure, measureOf } from "./support/growth.ts";
import { pauseFor, tell } from "./support/story.ts";
import { visit } from "./support/visitors.ts";

const MEGABYTE = 1_048_576;
const SHORT = 0.3;
const minutes = Number(process.env.SOAK_MINUTES ?? SHORT);
const duration = minutes * 60_000;
/** Of them is there a twenty-fifth of the time, and five seconds at most, between two looks. */
const EVERY = Math.min(5_000, duration / 25);
/** Milliseconds from one fault to the next. */
const REST = minutes > SHORT ? 5_000 : 300;
const AROUND = 120_000;
/** All that may fill is full before anything is compared. */
const STORE: NonNullable<ClusterSettings["node"]> = {
  store: { maxBytes: 256 * 1_024, maxProducers: 5_000 },
};

type Wrong = (cluster: Cluster) => unknown;

/** What goes wrong, one after the other, and is right again in the end. The oldest node lives through all of it. */
const FAULTS: readonly Wrong[] = [
  (cluster) => cluster.breakConnections(),
  ({ redis }) => redis.command("SCRIPT", "FLUSH"),
  (cluster) => cluster.killNode("newest"),
  async (cluster) => {
    await cluster.network("black-hole");
    await pauseFor(1_500);
    await cluster.network("pass");
  },
  ({ redis }) => redis.command("DEBUG", "SLEEP", "1"),
  async ({ redis }) => {
    await redis.command("CONFIG", "SET", "maxmemory", "1");
    await pauseFor(500);
    await redis.command("CONFIG", "SET", "maxmemory", "0");
  },
  async ({ redis }) => {
    await redis.kill();
    await redis.run(...ON_DISK);
  },
];

const program = await bundle(new URL("support/node-program.ts", import.meta.url));
afterAll(() => program.remove());

it("nothing grows, is lost or comes twice while one fault follows the other", {
  timeout: duration + AROUND,
}, async () => {
  const settings = { program: program.path, redis: ON_DISK, node: STORE };
  const cluster = await Cluster.start(settings);
  onTestFinished(() => cluster.close());
  let faults = 0;
  let measures: readonly Measure[] = [];
  const limit = duration + AROUND / 2;
  const size = { isLong: false, count: 1, pause: 200, limit };
  const { tallies, troubles } = await tell(cluster, size, async () => {
    const end = performance.now() + duration;
    const isOver = (): boolean => performance.now() > end;
    const chance = new Chance(7);
    const visiting = visit(() => cluster.anyNode(chance), isOver);
    [faults, measures] = await Promise.all([disturb(cluster, isOver), watch(cluster, isOver)]);
    await visiting;
  });
  if (minutes > SHORT) await keepAs("soak", { minutes, faults, tallies, measures, troubles });
  expect(troubles).toEqual([]);
  expect(tallies.acknowledging).toMatchObject({ lost: 0, doubled: 0, reordered: 0 });
  expect(measures.filter(({ isGrowing }) => isGrowing)).toEqual([]);
  expect(faults).toBeGreaterThanOrEqual(FAULTS.length);
});

/** Answers with how often something went wrong. */
async function disturb(cluster: Cluster, isOver: () => boolean): Promise<number> {
  let count = 0;
  for (; !isOver(); count++) {
    await pauseFor(REST);
    await FAULTS[count % FAULTS.length]?.(cluster);
  }
  return count;
}

async function watch(cluster: Cluster, isOver: () => boolean): Promise<readonly Measure[]> {
  const used: number[] = [];
  const resident: number[] = [];
  const ofRedis: number[] = [];
  while (!isOver()) {
    const memory = await cluster.memory();
    used.push(memory.used);
    resident.push(memory.resident);
    const bytes = await memoryOf(cluster);
    if (bytes !== undefined) ofRedis.push(bytes);
    await pauseFor(EVERY);
  }
  return [
    measureOf({ what: "heap of a node", bytes: used, allowance: 4 * MEGABYTE }),
    measureOf({ what: "memory of its process", bytes: resident, allowance: 32 * MEGABYTE }),
    measureOf({ what: "memory of Redis", bytes: ofRedis, allowance: MEGABYTE }),
  ];
}

/** Undefined while Redis is away. */
async function memoryOf({ redis }: Cluster): Promise<number | undefined> {
  const answer = await redis.command("INFO", "memory").catch(() => "");
  const [, bytes] = /^used_memory:(\d+)/m.exec(answer) ?? [];
  return bytes === undefined ? undefined : Number(bytes);
}
