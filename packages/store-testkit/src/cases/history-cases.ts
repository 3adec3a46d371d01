import type { HistoryPage, Publication } from "@encke/core";
import { expectSame, expectThere } from "../expectations.ts";
import { CHANNEL, jsonOf, type StoreBench } from "../store-bench.ts";
import type { CaseDefinition } from "../store-case.ts";
import { inTurn } from "../together.ts";

const NONE = -1;
const ALL = -2;
const KEEP: NonNullable<Publication["keep"]> = { count: 3, ms: 60_000 };

export const historyCases: readonly CaseDefinition[] = [
  {
    name: "replays the kept messages of a channel after a position, in order",
    needs: "history",
    async check(bench) {
      const [first, , third] = await keep(bench, 3);
      const page = await replay(bench, expectThere(first, "an append").position);
      expectSame(textsOf(page), [jsonOf("1"), jsonOf("2")], "after the first");
      expectSame(page.hasGap, false, "hasGap");
      expectSame(page.head, third?.position, "the head");
    },
  },
  {
    name: "replays nothing for -1, and for -2 all that it keeps",
    needs: "history",
    async check(bench) {
      await keep(bench, 5);
      const none = await replay(bench, NONE);
      expectSame([textsOf(none), none.hasGap], [[], false], "-1");
      const all = await replay(bench, ALL);
      expectSame(
        textsOf(all),
        ["2", "3", "4"].map((text) => jsonOf(text)),
        "-2",
      );
      expectSame(all.hasGap, false, "hasGap of -2");
    },
  },
  {
    name: "keeps only as many messages as wanted, and reports the gap",
    needs: "history",
    async check(bench) {
      const appended = await keep(bench, 5);
      const early = await replay(bench, appended[0]?.position ?? 0);
      expectSame(
        textsOf(early),
        ["2", "3", "4"].map((text) => jsonOf(text)),
        "what is kept",
      );
      expectSame(early.hasGap, true, "hasGap after a message before those");
      const late = await replay(bench, appended[1]?.position ?? 0);
      expectSame(late.hasGap, false, "hasGap after the last one that is gone");
    },
  },
  {
    name: "keeps only as many bytes as wanted, and reports the gap",
    needs: "history",
    async check(bench) {
      const bytes = new TextEncoder().encode(jsonOf("\u00e9")).length * 2;
      const limited = { ...KEEP, bytes };
      const first = await bench.append("\u00e9", { keep: limited });
      for (let count = 0; count < 2; count++) await bench.append("\u00e9", { keep: limited });
      const page = await replay(bench, first.position - 1);
      expectSame(textsOf(page).length, 2, "how many there is room for");
      expectSame(page.hasGap, true, "hasGap");
    },
  },
  {
    name: "keeps messages only as long as wanted, and reports the gap",
    needs: "history",
    async check(bench) {
      const start = await bench.log.head(bench.log.partitionOf(CHANNEL));
      await keep(bench, 2);
      await bench.letTimePass(KEEP.ms + 5_000);
      const page = await replay(bench, start);
      expectSame([textsOf(page), page.hasGap], [[], true], "when their time has passed");
    },
  },
  {
    name: "keeps no message that does not ask for it, and none of another channel",
    needs: "history",
    async check(bench) {
      await bench.append("not kept");
      await bench.append("elsewhere", { channel: "/kit/hall", keep: KEEP });
      await keep(bench, 1);
      expectSame(textsOf(await replay(bench, ALL)), [jsonOf("0")], "what is kept");
    },
  },
  {
    name: "replays no more at once than it is asked for, oldest first",
    needs: "history",
    async check(bench) {
      await keep(bench, 3);
      const first = await replay(bench, ALL, 2);
      expectSame(textsOf(first), [jsonOf("0"), jsonOf("1")], "the first page");
      const second = await replay(bench, first.entries.at(-1)?.position ?? 0, 2);
      expectSame(textsOf(second), [jsonOf("2")], "the second page");
    },
  },
];

async function keep(
  bench: StoreBench,
  count: number,
): Promise<readonly { readonly position: number }[]> {
  return await inTurn(count, (index) => bench.append(`${index}`, { keep: KEEP }));
}

async function replay(bench: StoreBench, since: number, limit = 100): Promise<HistoryPage> {
  const history = expectThere(bench.store.history, "the history");
  return await history.replay(CHANNEL, since, limit);
}

function textsOf({ entries }: HistoryPage): readonly string[] {
  return entries.map(({ json }) => json);
}
