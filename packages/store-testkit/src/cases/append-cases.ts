import { expectRising, expectSame, expectThat } from "../expectations.ts";
import { readAll, readEntries } from "../read-all.ts";
import { CHANNEL, jsonOf, message } from "../store-bench.ts";
import type { CaseDefinition } from "../store-case.ts";
import { together } from "../together.ts";

const COUNT = 50;

/** JSON that a careless store would change: other scripts, line separators, escapes, and 64 KiB. */
const AWKWARD_TEXTS = [
  "",
  "Grüße, 世界, \u{1f680}, e\u0301",
  "one\u2028two\u2029three",
  'quotes " and \\ and \u0000 and \r\n and </script>',
  "x".repeat(65_536),
];

/** Texts, and whether they are ASCII. */
const SEEN = [
  ["plain", true],
  ["gr\u00fcn", false],
] as const;

/** Other names of things than a publisher would think of. */
const AWKWARD_CHANNELS = ["/__proto__", "/constructor", "/a:b/{c}", "/toString/0", "/a+b/~$@!"];

export const appendCases: readonly CaseDefinition[] = [
  {
    name: "gives each append a position above the one before, however many run at once",
    async check(bench) {
      const results = await together(COUNT, (index) => bench.append(`${index}`));
      const positions = results.map(({ position }) => position);
      expectRising(positions, "positions in order of the calls");
      expectThat(positions.every(Number.isSafeInteger), "a position is not a safe integer");
      expectSame(
        new Set(results.map(({ isDuplicate }) => isDuplicate)).has(true),
        false,
        "isDuplicate",
      );
    },
  },
  {
    name: "keeps the appends of one caller in order",
    async check(bench) {
      const partition = bench.log.partitionOf(CHANNEL);
      const start = await bench.log.head(partition);
      await together(COUNT, (index) => bench.append(`${index}`));
      const expected = Array.from({ length: COUNT }, (_, index) => jsonOf(`${index}`));
      expectSame(await readAll(bench.log, partition, start), expected, "messages in the log");
    },
  },
  {
    name: "knows the last position it gave out as its head",
    async check(bench) {
      const partition = bench.log.partitionOf(CHANNEL);
      const before = await bench.log.head(partition);
      const first = await bench.append("first");
      expectRising([before, first.position], "the head before the first append, and the first");
      const second = await bench.append("second");
      expectSame(await bench.log.head(partition), second.position, "the head");
    },
  },
  {
    name: "keeps a message to the byte",
    async check(bench) {
      for (const text of AWKWARD_TEXTS) {
        const { position } = await bench.append(text);
        const partition = bench.log.partitionOf(CHANNEL);
        const { entries } = await bench.log.read(partition, position - 1, 1);
        expectSame(entries[0]?.json, jsonOf(text), "what read returns");
        await bench.feed.untilFed(jsonOf(text));
      }
    },
  },
  {
    name: "says of no message that it is ASCII, or that it is not, but what it was told of it",
    async check(bench) {
      const partition = bench.log.partitionOf(CHANNEL);
      const start = await bench.log.head(partition);
      const isAsciiBy = new Map<string, boolean | undefined>();
      for (const [text, isAscii] of [...SEEN, ["not looked at", undefined]] as const) {
        isAsciiBy.set(jsonOf(text), isAscii);
        await bench.append(text, isAscii === undefined ? {} : { isAscii });
        await bench.feed.untilFed(jsonOf(text));
      }
      const read = await readEntries(bench.log, partition, start);
      for (const { json, isAscii } of [...read, ...bench.feed.entries]) {
        const isSound = isAscii === undefined || isAscii === isAsciiBy.get(json);
        expectThat(isSound, `isAscii is ${isAscii} for ${json}`);
      }
    },
  },
  {
    name: "carries the channel, to, except and hints unchanged",
    async check(bench) {
      const partition = bench.log.partitionOf(CHANNEL);
      const start = await bench.log.head(partition);
      const sent = [
        message("for all"),
        message("for one", { to: "__proto__" }),
        message("for all but one", { except: "the publisher" }),
        message("with hints", {
          hints: { key: "a b", lazy: 1_000, overflow: "drop-newest", positionAt: 7 },
        }),
      ];
      for (const publication of sent) await bench.log.append(publication);
      const entries = await readEntries(bench.log, partition, start);
      const received = entries.map(({ position: _, ...publication }) => publication);
      expectSame(received, sent, "what read returns");
    },
  },
  {
    name: "puts a channel into the same one of its partitions each time",
    async check(bench) {
      for (const channel of [CHANNEL, ...AWKWARD_CHANNELS]) {
        const partition = bench.log.partitionOf(channel);
        expectThat(partition in [...Array(bench.log.partitions)], `${partition} is no partition`);
        expectSame(bench.log.partitionOf(channel), partition, `the partition of ${channel}`);
        const { position } = await bench.append("there", { channel });
        const { entries } = await bench.log.read(partition, position - 1, 1);
        expectSame(entries[0]?.channel, channel, `the channel in partition ${partition}`);
      }
    },
  },
];
