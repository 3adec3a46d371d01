import { atEach, type Fault, FOUR_PARTITIONS } from "./support/fault.ts";
import { pauseFor } from "./support/story.ts";

/** What happens between the nodes and Redis. */
export const NETWORK_FAULTS: readonly Fault[] = [
  {
    name: "every connection to Redis breaks, five times",
    isShort: true,
    happens: (cluster, progress) =>
      atEach([0.15, 0.3, 0.45, 0.6, 0.75], progress, () => cluster.breakConnections()),
  },
  {
    name: "every connection to Redis breaks, five times, and the log has four partitions",
    node: FOUR_PARTITIONS,
    happens: (cluster, progress) =>
      atEach([0.15, 0.3, 0.45, 0.6, 0.75], progress, () => cluster.breakConnections()),
  },
  {
    name: "every connection to Redis is dead for 2.5 s, and does not say so",
    mayRepeat: ["socket"],
    isShort: true,
    async happens(cluster, progress) {
      await progress(0.3);
      await cluster.network("black-hole");
      await pauseFor(2_500);
      await cluster.network("pass");
    },
  },
  {
    name: "the network is slow: 16 kB in each 10 ms",
    mayRepeat: ["socket"],
    size: { limit: 240_000 },
    async happens(cluster, progress) {
      await progress(0.2);
      await cluster.network({ bytes: 16_384, every: 10 });
      await progress(0.8);
      await cluster.network("pass");
    },
  },
  {
    name: "connections break after Redis has stored a message and before it says so, twenty times",
    async happens(cluster, progress) {
      await progress(0.1);
      for (let time = 0; time < 20; time++) {
        const way = cluster.ways[time % 2];
        // The answer begins with the position, which is made of the time.
        way?.cutNext(`${Date.now() * 1_024}`.slice(0, 6), () => 0);
        while (way?.isToCut) await pauseFor(5);
      }
    },
  },
];
