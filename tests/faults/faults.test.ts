import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import type { RedisSetting } from "../support/redis-server.ts";
import { bundle } from "./support/bundle.ts";
import { Cluster } from "./support/cluster.ts";
import { tell } from "./support/story.ts";

const IS_LONG = process.env.FAULTS === "long";
/** How many messages are published on each channel. */
const COUNT = IS_LONG ? 1_000 : 40;
const TIMEOUT = IS_LONG ? 900_000 : 120_000;
const SETTINGS: readonly RedisSetting[] = [
  ["appendonly", "yes"],
  ["appendfsync", "always"],
  ["enable-debug-command", "yes"],
];

const program = await bundle(new URL("support/node-program.ts", import.meta.url));
afterAll(() => program.remove());

type Progress = (share: number) => Promise<void>;

interface Fault {
  readonly name: string;
  readonly happens: (cluster: Cluster, progress: Progress) => Promise<void>;
}

const FAULTS: readonly Fault[] = [
  { name: "nothing happens", happens: async () => {} },
  {
    name: "a node is killed, three times",
    async happens(cluster, progress) {
      for (const share of [0.2, 0.4, 0.6]) {
        await progress(share);
        await cluster.killNode();
      }
    },
  },
  {
    name: "a node stands still for longer than its clients wait",
    async happens(cluster, progress) {
      await progress(0.3);
      await cluster.freezeNode(2_500);
    },
  },
  {
    name: "every connection to Redis breaks, five times",
    async happens({ network }, progress) {
      for (const share of [0.15, 0.3, 0.45, 0.6, 0.75]) {
        await progress(share);
        network.breakAll();
      }
    },
  },
  {
    name: "every connection to Redis is dead, and does not say so",
    async happens({ network }, progress) {
      await progress(0.3);
      await network.become("black-hole");
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      await network.become("pass");
    },
  },
  {
    name: "Redis forgets its scripts, five times",
    async happens({ redis }, progress) {
      for (const share of [0.15, 0.3, 0.45, 0.6, 0.75]) {
        await progress(share);
        await redis.command("SCRIPT", "FLUSH");
      }
    },
  },
  {
    name: "Redis does nothing for two seconds",
    async happens({ redis }, progress) {
      await progress(0.3);
      await redis.command("DEBUG", "SLEEP", "2");
    },
  },
  {
    name: "Redis is killed, and comes back with what it had on its disk",
    async happens({ redis }, progress) {
      await progress(0.3);
      await redis.kill();
      await redis.run(...SETTINGS);
    },
  },
];

describe("clients that acknowledge get everything once and in order, whichever node they ask, while", () => {
  it.each(FAULTS)("$name", { timeout: TIMEOUT }, async ({ name, happens }) => {
    const cluster = await Cluster.start(program.path, 2, ...SETTINGS);
    onTestFinished(() => cluster.close());
    const { expected, received, faults } = await tell(cluster, COUNT, (progress) =>
      happens(cluster, progress),
    );
    if (IS_LONG)
      process.stdout.write(`${name}: ${received} of ${expected}, ${faults.length} faults\n`);
    expect(faults).toEqual([]);
    expect(received).toBe(expected);
  });
});
