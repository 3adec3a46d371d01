import type { Position } from "@encke/core";
import { LONG_TEXT, MANY } from "../abilities.ts";
import { expectSame, expectThat, expectThere } from "../expectations.ts";
import { CHANNEL, jsonOf, type StoreBench } from "../store-bench.ts";
import type { CaseDefinition } from "../store-case.ts";
import { inTurn } from "../together.ts";

export const readCases: readonly CaseDefinition[] = [
  {
    name: "reads on after a position, up to the limit, and says whether more follows",
    async check(bench) {
      const partition = bench.log.partitionOf(CHANNEL);
      const start = await bench.log.head(partition);
      const appended = await inTurn(5, (index) => bench.append(`${index}`));
      const first = await bench.log.read(partition, start, 2);
      expectSame(
        first.entries.map(({ json }) => json),
        [jsonOf("0"), jsonOf("1")],
        "the first page",
      );
      expectSame(first.isComplete, false, "isComplete of the first page");
      const rest = await bench.log.read(partition, appended[1]?.position ?? 0, 3);
      const expected = ["2", "3", "4"].map((text) => jsonOf(text));
      expectSame(
        rest.entries.map(({ json }) => json),
        expected,
        "the last page",
      );
      expectSame(rest.isComplete, true, "isComplete of a last page that is full");
      expectSame([first.hasGap, rest.hasGap], [false, false], "hasGap");
    },
  },
  {
    name: "reads nothing after its head, and misses nothing there",
    async check(bench) {
      const partition = bench.log.partitionOf(CHANNEL);
      const nothing = { entries: [], isComplete: true, hasGap: false };
      const start = await bench.log.head(partition);
      expectSame(await bench.log.read(partition, start, 10), nothing, "an empty log");
      const { position } = await bench.append("there");
      expectSame(await bench.log.read(partition, position, 10), nothing, "after the head");
    },
  },
  {
    name: "can be read as soon as an append has settled",
    async check(bench) {
      const partition = bench.log.partitionOf(CHANNEL);
      const { position } = await bench.append("there");
      const { entries } = await bench.log.read(partition, position - 1, 10);
      expectSame(
        entries.map(({ json }) => json),
        [jsonOf("there")],
        "what read returns",
      );
    },
  },
  {
    name: "reports a gap to who asks for messages that it has forgotten",
    needs: "forgetting",
    async check(bench) {
      const { small, partition, start } = await overfilled(bench);
      const { hasGap } = await small.log.read(partition, start, 10);
      expectSame(hasGap, true, "hasGap");
    },
  },
  {
    name: "reports a gap to who misses only the last message that it has forgotten",
    needs: "forgetting",
    async check(bench) {
      const { small, partition, gone } = await forgotten(bench);
      const seen = expectThere(gone.at(-2), "the last but one that it has forgotten");
      const { hasGap } = await small.log.read(partition, seen, 10);
      expectSame(hasGap, true, `hasGap after ${seen} where ${gone.at(-1)} is gone`);
    },
  },
  {
    name: "reports no gap to who has seen the last message that it has forgotten",
    needs: "forgetting",
    async check(bench) {
      const { small, partition, gone, oldest } = await forgotten(bench);
      const seen = expectThere(gone.at(-1), "the last one that it has forgotten");
      const { entries, hasGap } = await small.log.read(partition, seen, 10);
      expectSame(entries[0]?.position, oldest, `the first position after ${seen}`);
      expectSame(hasGap, false, `hasGap after ${seen} where ${oldest} is the oldest that is left`);
    },
  },
  {
    name: "reports no gap to who asks for messages that it still has",
    needs: "forgetting",
    async check(bench) {
      const { small, partition, start } = await overfilled(bench);
      const { entries } = await small.log.read(partition, start, MANY);
      const oldest = expectThere(entries[0], "the oldest message that is left");
      const rest = await small.log.read(partition, oldest.position, MANY);
      expectSame(rest.hasGap, false, "hasGap behind the oldest message that is left");
      const newest = entries.at(-1)?.position ?? 0;
      expectSame((await small.log.read(partition, newest, 1)).hasGap, false, "hasGap at the head");
    },
  },
  {
    name: "keeps the newest messages when it forgets",
    needs: "forgetting",
    async check(bench) {
      const { small, partition, start } = await overfilled(bench);
      const { entries } = await small.log.read(partition, start, MANY);
      expectThat(entries.length < MANY, `all ${MANY} messages are still there`);
      const first = MANY - entries.length;
      const expected = entries.map((_, index) => jsonOf(`${first + index} ${LONG_TEXT}`));
      expectSame(
        entries.map(({ json }) => json),
        expected,
        "what is left",
      );
      expectThat(entries.length > 0, "nothing is left");
    },
  },
];

interface Overfilled {
  readonly small: StoreBench;
  readonly partition: number;
  readonly start: Position;
  /** Of all that was appended. They may have holes, so nobody can count on from one to the next. */
  readonly positions: readonly Position[];
}

async function overfilled(bench: StoreBench): Promise<Overfilled> {
  const small = await bench.forgetful();
  const partition = small.log.partitionOf(CHANNEL);
  const start = await small.log.head(partition);
  const appended = await inTurn(MANY, (index) => small.append(`${index} ${LONG_TEXT}`));
  return { small, partition, start, positions: appended.map(({ position }) => position) };
}

/** An overfilled log with the positions that are gone, and the oldest one that is left. */
async function forgotten(
  bench: StoreBench,
): Promise<Overfilled & { readonly gone: readonly Position[]; readonly oldest: Position }> {
  const filled = await overfilled(bench);
  const { entries } = await filled.small.log.read(filled.partition, filled.start, MANY);
  const oldest = expectThere(entries[0], "the oldest message that is left").position;
  const gone = filled.positions.filter((position) => position < oldest);
  return { ...filled, gone, oldest };
}
