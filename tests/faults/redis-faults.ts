import { atEach, EVERY_SECOND, type Fault, ON_DISK } from "./support/fault.ts";
import { pauseFor } from "./support/story.ts";

const HOUR = 3_600_000;

/** What happens to Redis without anything being forgotten. */
export const REDIS_FAULTS: readonly Fault[] = [
  {
    name: "Redis forgets its scripts, five times",
    isShort: true,
    happens: ({ redis }, progress) =>
      atEach([0.15, 0.3, 0.45, 0.6, 0.75], progress, () => redis.command("SCRIPT", "FLUSH")),
  },
  {
    name: "Redis does nothing for two seconds",
    mayRepeat: ["socket"],
    async happens({ redis }, progress) {
      await progress(0.3);
      await redis.command("DEBUG", "SLEEP", "2");
    },
  },
  {
    name: "Redis is killed, and comes back with all it had on its disk",
    mayRepeat: ["socket"],
    isShort: true,
    async happens({ redis }, progress) {
      await progress(0.3);
      await redis.kill();
      await redis.run(...ON_DISK);
    },
  },
  {
    name: "Redis is killed, and wrote to its disk every second",
    mayRepeat: ["socket"],
    redis: EVERY_SECOND,
    async happens({ redis }, progress) {
      await progress(0.3);
      await redis.kill();
      await redis.run(...EVERY_SECOND);
    },
  },
  {
    name: "Redis has no memory left for 1.5 s",
    async happens({ redis }, progress) {
      await progress(0.3);
      await redis.command("CONFIG", "SET", "maxmemory", "1");
      await pauseFor(1_500);
      await redis.command("CONFIG", "SET", "maxmemory", "0");
    },
  },
  {
    name: "Redis takes two seconds to read what it had on its disk",
    mayRepeat: ["socket"],
    // On a busy machine it takes more than two.
    node: { store: { timeout: 20_000 } },
    async happens({ redis }, progress) {
      await redis.command("DEBUG", "POPULATE", "2000");
      await redis.command("BGREWRITEAOF");
      await progress(0.3);
      await redis.kill();
      // Microseconds for each key.
      await redis.run(...ON_DISK, ["key-load-delay", "1000"]);
    },
  },
  {
    name: "the clock of Redis goes an hour forward, and back",
    node: { hasOwnClock: true },
    async happens(cluster, progress) {
      await progress(0.3);
      cluster.shiftClock(HOUR);
      await progress(0.6);
      cluster.shiftClock(-HOUR);
    },
  },
  {
    name: "the clock of Redis goes an hour back",
    node: { hasOwnClock: true },
    async happens(cluster, progress) {
      await progress(0.3);
      cluster.shiftClock(-HOUR);
    },
  },
];
