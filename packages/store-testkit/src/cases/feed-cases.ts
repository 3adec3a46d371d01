import { expectRising, expectSame } from "../expectations.ts";
import { readEntries } from "../read-all.ts";
import { CHANNEL, jsonOf } from "../store-bench.ts";
import type { CaseDefinition } from "../store-case.ts";
import { together } from "../together.ts";

const COUNT = 50;

export const feedCases: readonly CaseDefinition[] = [
  {
    name: "feeds each message once and in order, however many are appended at once",
    async check(bench) {
      await together(COUNT, (index) => bench.append(`${index}`));
      await bench.append("last");
      await bench.feed.untilFed(jsonOf("last"));
      const expected = Array.from({ length: COUNT }, (_, index) => jsonOf(`${index}`));
      const heard = bench.feed.entries.map(({ json }) => json);
      expectSame(heard, [...expected, jsonOf("last")], "what the feed told");
      expectRising(
        bench.feed.entries.map(({ position }) => position),
        "positions in the feed",
      );
    },
  },
  {
    name: "feeds the messages that follow those it has fed once and in order, too",
    async check(bench) {
      const bursts = ["first", "second", "third"];
      for (const burst of bursts) {
        await together(COUNT, (index) => bench.append(`${burst} ${index}`));
        await bench.feed.untilFed(jsonOf(`${burst} ${COUNT - 1}`));
      }
      await bench.append("last");
      await bench.feed.untilFed(jsonOf("last"));
      const expected = bursts.flatMap((burst) =>
        Array.from({ length: COUNT }, (_, index) => jsonOf(`${burst} ${index}`)),
      );
      expectRising(
        bench.feed.entries.map(({ position }) => position),
        "positions in the feed",
      );
      const heard = bench.feed.entries.map(({ json }) => json);
      expectSame(heard, [...expected, jsonOf("last")], "what the feed told");
    },
  },
  {
    name: "feeds what read returns",
    async check(bench) {
      const partition = bench.log.partitionOf(CHANNEL);
      const start = await bench.log.head(partition);
      await bench.append("one");
      await bench.append("two", { to: "somebody" });
      await bench.append("three", { except: "somebody" });
      await bench.feed.untilFed(jsonOf("three"));
      const read = await readEntries(bench.log, partition, start);
      expectSame(bench.feed.entries, read, "what the feed told, beside what read returns");
      const partitions = bench.feed.fed.map((fed) => fed.partition);
      expectSame(partitions, [partition, partition, partition], "the partitions in the feed");
    },
  },
  {
    name: "gives a message the position in the feed that its append was told",
    async check(bench) {
      const { position } = await bench.append("there");
      await bench.feed.untilFed(jsonOf("there"));
      expectSame(bench.feed.entries.at(-1)?.position, position, "the position in the feed");
    },
  },
  {
    name: "reports no gap in a feed that misses nothing",
    async check(bench) {
      await together(COUNT, (index) => bench.append(`${index}`));
      await bench.append("last");
      await bench.feed.untilFed(jsonOf("last"));
      expectSame(bench.feed.gaps, [], "gaps");
    },
  },
  {
    name: "keeps the order of messages that are appended while the feed is heard",
    async check(bench) {
      bench.feed.whileFed(({ json }) => {
        if (json === jsonOf("question")) void bench.append("answer");
      });
      await together(2, (index) => bench.append(index === 0 ? "question" : "other"));
      await bench.feed.untilFed(jsonOf("answer"));
      await bench.feed.untilFed(jsonOf("other"));
      expectRising(
        bench.feed.entries.map(({ position }) => position),
        "positions in the feed",
      );
      expectSame(bench.feed.entries.length, 3, "messages in the feed");
    },
  },
  {
    name: "is in the feed of every node in the same order",
    needs: "many nodes",
    async check(bench) {
      const other = await bench.join("node-2");
      await together(COUNT, (index) => (index % 2 ? bench : other).append(`${index}`));
      await bench.append("last");
      await other.append("very last");
      await bench.feed.untilFed(jsonOf("very last"));
      await other.feed.untilFed(jsonOf("very last"));
      expectSame(other.feed.entries, bench.feed.entries, "the feeds of two nodes");
      expectSame(bench.feed.entries.length, COUNT + 2, "messages in the feed");
    },
  },
];
