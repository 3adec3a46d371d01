import { expectSame } from "../expectations.ts";
import { readAll } from "../read-all.ts";
import { CHANNEL, jsonOf, type StoreBench } from "../store-bench.ts";
import type { CaseDefinition } from "../store-case.ts";
import { inTurn, together } from "../together.ts";

/** What producers send, key and sequence, and which of it is stored. */
type Sent = readonly (readonly [key: string, sequence: number, isStored: boolean])[];

export const producerCases: readonly CaseDefinition[] = [
  storing("stores a publication that is repeated once, and says that it was there", [
    ["p", 1, true],
    ["p", 1, false],
    ["p", 2, true],
  ]),
  {
    name: "stores a publication once that is repeated while it is on its way",
    needs: "producer keys",
    async check(bench) {
      const start = await headOf(bench);
      const producer = { key: "p", sequence: 1 };
      const results = await together(10, () => bench.append("p 1", { producer }));
      const originals = results.filter(({ isDuplicate }) => !isDuplicate);
      expectSame(originals.length, 1, "appends that were not a duplicate");
      await expectStored(bench, start, ["p 1"]);
    },
  },
  storing("takes a sequence below the last one for a duplicate, and leaves room for holes", [
    ["p", 5, true],
    ["p", 3, false],
    ["p", 9, true],
  ]),
  storing("counts the sequences of each producer apart", [
    ["__proto__", 2, true],
    ["constructor", 2, true],
    ["p", 1, true],
  ]),
  storing("takes any text for a key: halves of characters, controls, separators, nothing", [
    ["\ud800", 1, true],
    ["\udc00", 1, true],
    ["\ud800", 1, false],
    ["\u0000", 1, true],
    ['"]}\\u', 1, true],
    ["a b:c\n", 1, true],
    ["", 1, true],
  ]),
  {
    name: "feeds nothing of a duplicate",
    needs: "producer keys",
    async check(bench) {
      const producer = { key: "p", sequence: 1 };
      await inTurn(2, () => bench.append("p 1", { producer }));
      await bench.append("last");
      await bench.feed.untilFed(jsonOf("last"));
      const heard = bench.feed.entries.map(({ json }) => json);
      expectSame(heard, [jsonOf("p 1"), jsonOf("last")], "what the feed told");
    },
  },
];

function storing(name: string, sent: Sent): CaseDefinition {
  return {
    name,
    needs: "producer keys",
    async check(bench) {
      const start = await headOf(bench);
      const answers = await inTurn(sent.length, async (index) => {
        const [key = "", sequence = 0] = sent[index] ?? [];
        return await bench.append(`${key} ${sequence}`, { producer: { key, sequence } });
      });
      const duplicates = answers.map(({ isDuplicate }) => isDuplicate);
      expectSame(
        duplicates,
        sent.map(([, , isStored]) => !isStored),
        "isDuplicate",
      );
      const stored = sent.filter(([, , isStored]) => isStored);
      await expectStored(
        bench,
        start,
        stored.map(([key, sequence]) => `${key} ${sequence}`),
      );
    },
  };
}

async function headOf(bench: StoreBench): Promise<number> {
  return await bench.log.head(bench.log.partitionOf(CHANNEL));
}

async function expectStored(
  bench: StoreBench,
  start: number,
  texts: readonly string[],
): Promise<void> {
  const read = await readAll(bench.log, bench.log.partitionOf(CHANNEL), start);
  expectSame(
    read,
    texts.map((text) => jsonOf(text)),
    "messages in the log",
  );
}
