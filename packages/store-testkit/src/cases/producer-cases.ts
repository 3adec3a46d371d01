import { expectSame } from "../expectations.ts";
import { readAll } from "../read-all.ts";
import { CHANNEL, jsonOf, type StoreBench } from "../store-bench.ts";
import type { CaseDefinition } from "../store-case.ts";
import { together } from "../together.ts";

export const producerCases: readonly CaseDefinition[] = [
  {
    name: "stores a publication that is repeated once, and says that it was there",
    needs: "producer keys",
    async check(bench) {
      const start = await headOf(bench);
      const answers = await appendAll(bench, [
        ["p", 1],
        ["p", 1],
        ["p", 2],
      ]);
      expectSame(answers, [false, true, false], "isDuplicate");
      await expectStored(bench, start, ["p 1", "p 2"]);
    },
  },
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
  {
    name: "takes a sequence below the last one for a duplicate, and leaves room for holes",
    needs: "producer keys",
    async check(bench) {
      const start = await headOf(bench);
      const answers = await appendAll(bench, [
        ["p", 5],
        ["p", 3],
        ["p", 9],
      ]);
      expectSame(answers, [false, true, false], "isDuplicate");
      await expectStored(bench, start, ["p 5", "p 9"]);
    },
  },
  {
    name: "counts the sequences of each producer apart",
    needs: "producer keys",
    async check(bench) {
      const start = await headOf(bench);
      const answers = await appendAll(bench, [
        ["__proto__", 2],
        ["constructor", 2],
        ["p", 1],
      ]);
      expectSame(answers, [false, false, false], "isDuplicate");
      await expectStored(bench, start, ["__proto__ 2", "constructor 2", "p 1"]);
    },
  },
  {
    name: "feeds nothing of a duplicate",
    needs: "producer keys",
    async check(bench) {
      await appendAll(bench, [
        ["p", 1],
        ["p", 1],
      ]);
      await bench.append("last");
      await bench.feed.untilFed(jsonOf("last"));
      const heard = bench.feed.entries.map(({ json }) => json);
      expectSame(heard, [jsonOf("p 1"), jsonOf("last")], "what the feed told");
    },
  },
];

async function headOf(bench: StoreBench): Promise<number> {
  return await bench.log.head(bench.log.partitionOf(CHANNEL));
}

async function appendAll(
  bench: StoreBench,
  sent: readonly (readonly [string, number])[],
): Promise<readonly boolean[]> {
  const answers: boolean[] = [];
  for (const [key, sequence] of sent) {
    const answer = await bench.append(`${key} ${sequence}`, { producer: { key, sequence } });
    answers.push(answer.isDuplicate);
  }
  return answers;
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
