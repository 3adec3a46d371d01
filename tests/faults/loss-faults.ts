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
      await loseASecond(cluster, async () => {});
    },
  },
  {
    name: "the power fails, and a node is killed at once",
    mayRepeat: ["polling", "socket"],
    redis: EVERY_SECOND,
    async happens(cluster, progress) {
      await progress(0.4);
      await loseASecond(cluster, () => cluster.killNode());
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

/** Of what it has written. */
async function loseASecond({ redis }: Cluster, meanwhile: () => Promise<void>): Promise<void> {
  const file = join(redis.folder, APPEND_ONLY);
  const { size } = await stat(file);
  await pauseFor(1_000);
  await redis.kill();
  await truncate(file, size);
  const back = redis.run(...EVERY_SECOND);
  await meanwhile();
  await back;
}
