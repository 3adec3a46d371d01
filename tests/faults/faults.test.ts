import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { LOSS_FAULTS } from "./loss-faults.ts";
import { NETWORK_FAULTS } from "./network-faults.ts";
import { NODE_FAULTS } from "./node-faults.ts";
import { REDIS_FAULTS } from "./redis-faults.ts";
import { REPLICA_FAULTS } from "./replica-faults.ts";
import { bundle } from "./support/bundle.ts";
import { Cluster, IS_LONG } from "./support/cluster.ts";
import { ON_DISK } from "./support/fault.ts";
import { keep } from "./support/figures.ts";
import { type Size, tell } from "./support/story.ts";

const SIZE: Size = IS_LONG
  ? { isLong: true, count: 32, pause: 100 }
  : { isLong: false, count: 6, pause: 50 };
const TIMEOUT = IS_LONG ? 300_000 : 120_000;
const FAULTS = [
  ...NODE_FAULTS,
  ...NETWORK_FAULTS,
  ...REDIS_FAULTS,
  ...LOSS_FAULTS,
  ...REPLICA_FAULTS,
];

const program = await bundle(new URL("support/node-program.ts", import.meta.url));
afterAll(() => program.remove());

describe("clients of all kinds get everything in order, and those that acknowledge get it once, while", () => {
  const faults = FAULTS.filter(({ isShort }) => IS_LONG || isShort);
  it.each(faults)("$name", { timeout: TIMEOUT }, async (fault) => {
    const { name, redis = ON_DISK, node = {}, mayForget = false, happens } = fault;
    const cluster = await Cluster.start({ program: program.path, redis, node });
    onTestFinished(() => cluster.close());
    const outcome = await tell(cluster, SIZE, (progress) => happens(cluster, progress));
    if (IS_LONG) await keep(name, outcome);
    if (mayForget) return;
    expect(outcome.troubles).toEqual([]);
    expect(outcome.ack).toMatchObject({ lost: 0, doubled: 0, reordered: 0 });
  });
});
