import { stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { Cluster } from "./support/cluster.ts";
import { EVERY_SECOND, type Fault } from "./support/fault.ts";
import { pauseFor } from "./support/story.ts";

const APPEND_ONLY = "appendonlydir/appendonly.aof.1.incr.aof";

/** What happens to Redis and makes it forget something. */
export const LOSS_FAULTS: readonly Fault[] = [
  {
    name: "the power fails: Redis comes back without its last second",
    mayRepeat: ["polling", "socket"],
    redis: EVERY_SECOND,
    async happens(cluster, progress) {
      await progress(0.4);
      await loseASecond(cluster);
    },
  },
  {
    name: "the power fails, and a node is killed at once",
    // What was acknowledged to the killed node in that second is forgotten with it.
    mayRepeat: ["acknowledging", "polling", "socket"],
    redis: EVERY_SECOND,
    async happens(cluster, progress) {
      await progress(0.4);
      await loseASecond(cluster, {
        // What only the killed node knew would be gone, and nobody could tell: the other one is to have read all.
        async before() {
          await cluster.redis.command("CLIENT", "PAUSE", "1000", "WRITE");
          await pauseFor(200);
        },
        meanwhile: () => cluster.killNode(),
      });
    },
  },
  {
    name: "Redis forgets where its log has got, and keeps the log",
    mayRepeat: ["polling", "socket"],
    async happens({ redis }, progress) {
      await progress(0.4);
      await redis.command("DEL", "{encke}:meta");
    },
  },
  {
    name: "Redis forgets everything",
    mayRepeat: ["polling", "socket"],
    async happens({ redis }, progress) {
      await progress(0.4);
      await redis.command("FLUSHALL");
    },
  },
];

/** What happens just before the power fails, and until it is back. */
interface Around {
  before?(): Promise<void>;
  meanwhile?(): Promise<void>;
}

/** Of what it has written. */
async function loseASecond(
  { redis }: Cluster,
  { before = async () => {}, meanwhile = async () => {} }: Around = {},
): Promise<void> {
  const file = join(redis.folder, APPEND_ONLY);
  const { size } = await stat(file);
  await pauseFor(1_000);
  await before();
  await redis.kill();
  await truncate(file, size);
  const back = redis.run(...EVERY_SECOND);
  await meanwhile();
  await back;
}
