import type { ClientRecord } from "@encke/core";
import { expectSame, expectThere } from "../expectations.ts";
import { type StoreBench, TTL } from "../store-bench.ts";
import type { CaseDefinition } from "../store-case.ts";
import { together } from "../together.ts";

const CLAIMS = 20;

export const claimCases: readonly CaseDefinition[] = [
  {
    name: "makes who claims a client its owner, and the generation one higher",
    async check(bench) {
      await bench.clients.create("a", "data", TTL);
      const since = expectThere(await bench.clients.subscribe("a", "/kit/*"), "subscribe");
      const first = await bench.claim("a");
      const expected = {
        id: "a",
        owner: bench.host.node,
        generation: 2,
        cursor: first.cursor,
        subscriptions: new Map([["/kit/*", since]]),
        data: "data",
      };
      expectSame(first, expected, "the first claim");
      expectSame(await bench.claim("a"), { ...expected, generation: 3 }, "the second claim");
      const other = await bench.clients.claim("a", "elsewhere", TTL);
      expectSame(other, { ...expected, owner: "elsewhere", generation: 4 }, "another node's claim");
    },
  },
  {
    name: "gives every claim its own generation, however many nodes race for a client",
    async check(bench) {
      await bench.create("a");
      const claims = await together(CLAIMS, (index) =>
        bench.clients.claim("a", `node-${index}`, TTL),
      );
      const generations = claims.map((claim) => claim?.generation ?? 0).sort((a, b) => a - b);
      const expected = Array.from({ length: CLAIMS }, (_, index) => index + 2);
      expectSame(generations, expected, "generations of all claims");
      const last = claims.find((claim) => claim?.generation === CLAIMS + 1);
      const winner = { node: last?.owner ?? "", generation: CLAIMS + 1 };
      const cursor = await bench.heads();
      expectSame(await bench.clients.commit("a", winner, cursor, false), true, "the last's commit");
    },
  },
  {
    name: "moves the cursor on to what a claim acknowledges",
    async check(bench) {
      const { cursor } = await bench.create("a");
      await bench.append("one");
      const ack = await bench.heads();
      await bench.append("two");
      expectSame((await bench.claim("a")).cursor, cursor, "the cursor without ack");
      expectSame((await bench.claim("a", ack)).cursor, ack, "the cursor with ack");
      expectSame((await bench.claim("a")).cursor, ack, "the cursor of the claim after that");
    },
  },
  {
    name: "never moves a cursor back to what a claim acknowledges",
    async check(bench) {
      const { cursor: old } = await bench.create("a");
      await bench.append("one");
      const newer = await bench.heads();
      await bench.claim("a", newer);
      expectSame((await bench.claim("a", old)).cursor, newer, "the cursor after an older ack");
    },
  },
  {
    name: "keeps how far its owner says a client has got",
    async check(bench) {
      await bench.create("a");
      await bench.append("one");
      const record = await bench.claim("a");
      const cursor = await bench.heads();
      expectSame(await commit(bench, record, cursor), true, "commit");
      expectSame((await bench.claim("a")).cursor, cursor, "the cursor after the commit");
    },
  },
  {
    name: "refuses a commit from before the last claim, and writes nothing of it",
    async check(bench) {
      await bench.create("a");
      const early = await bench.claim("a");
      await bench.append("one");
      const later = await bench.claim("a");
      expectSame(await commit(bench, early, await bench.heads()), false, "an ended lease");
      const other = await bench.clients.claim("a", "elsewhere", TTL);
      expectSame(await commit(bench, later, await bench.heads()), false, "a lost lease");
      expectSame(other?.cursor, early.cursor, "the cursor when another node claims");
      expectSame((await bench.claim("a")).cursor, early.cursor, "the cursor after all");
    },
  },
  {
    name: "keeps apart how far several clients have got that their owner tells of in one turn",
    async check(bench) {
      for (const id of ["a", "b", "c", "d"]) await bench.create(id);
      const before = await bench.claim("c");
      const claim = (id: string): Promise<ClientRecord> => bench.claim(id);
      const [a, b, c, d] = [await claim("a"), await claim("b"), await claim("c"), await claim("d")];
      await bench.append("one");
      const middle = await bench.heads();
      await bench.append("two");
      const late = await bench.heads();
      expectSame(await commit(bench, b, late), true, "the commit of one that is ahead");
      const told = await Promise.all([
        commit(bench, b, middle),
        commit(bench, a, middle),
        commit(bench, { ...a, id: "nobody" }, middle),
        commit(bench, before, middle),
        commit(bench, d, late),
      ]);
      expectSame(told, [true, true, false, false, true], "the commits of one turn");
      const after = [await claim("a"), await claim("b"), await claim("c"), await claim("d")];
      const expected = [middle, late, c.cursor, late];
      expectSame(
        after.map(({ cursor }) => cursor),
        expected,
        "the cursors after them",
      );
    },
  },
  {
    name: "keeps what its owner writes anew, in the record alone that comes after",
    async check(bench) {
      await bench.clients.create("a", "old", TTL);
      const record = await bench.claim("a");
      expectSame(await rewrite(bench, record, "new"), true, "rewrite");
      expectSame(record.data, "old", "the record from before");
      const after = await bench.claim("a");
      expectSame(after, { ...record, generation: 3, data: "new" }, "the record after it");
    },
  },
  {
    name: "refuses to write anew before the last claim and after the end, and writes nothing of it",
    async check(bench) {
      await bench.clients.create("a", "old", TTL);
      const early = await bench.claim("a");
      const later = await bench.claim("a");
      expectSame(await rewrite(bench, early, "new"), false, "an ended lease");
      const other = await bench.clients.claim("a", "elsewhere", TTL);
      expectSame(await rewrite(bench, later, "new"), false, "a lost lease");
      expectSame(other?.data, "old", "the data when another node claims");
      expectSame((await bench.claim("a")).data, "old", "the data after all");
      const last = await bench.claim("a");
      await bench.clients.destroy("a", "test");
      expectSame(await rewrite(bench, last, "new"), false, "a client that is gone");
      expectSame(await bench.clients.claim("a", "elsewhere", TTL), undefined, "a claim of it");
    },
  },
  {
    name: "takes the generation of a lease for nothing without the node that claimed the client",
    async check(bench) {
      const { cursor } = await bench.create("a");
      const record = await bench.claim("a");
      await bench.append("one");
      const other = { ...record, owner: "elsewhere" };
      expectSame(await commit(bench, other, await bench.heads()), false, "the other node's commit");
      expectSame(await rewrite(bench, other, "new"), false, "what the other node writes anew");
      const { cursor: kept, data } = await bench.claim("a");
      expectSame([kept, data], [cursor, record.data], "the cursor and the data after all");
    },
  },
  {
    name: "tells the node that served a client that another one has claimed it",
    needs: "many nodes",
    async check(bench) {
      const other = await bench.join("node-2");
      await bench.create("a");
      const mine = await bench.claim("a");
      await commit(bench, mine, mine.cursor, true);
      const theirs = await other.claim("a");
      await bench.feed.until(() => bench.feed.news.length > 0, "the news that the client moved");
      const { position: _, ...news } = expectThere(bench.feed.news[0], "news");
      const expected = {
        type: "moved",
        client: "a",
        from: "node-1",
        generation: theirs.generation,
      };
      expectSame(news, expected, "the news");
    },
  },
];

async function commit(
  bench: StoreBench,
  { id, owner = "", generation }: ClientRecord,
  cursor: ClientRecord["cursor"],
  isHeld = false,
): Promise<boolean> {
  return await bench.clients.commit(id, { node: owner, generation }, cursor, isHeld);
}

async function rewrite(
  bench: StoreBench,
  { id, owner = "", generation }: ClientRecord,
  data: string,
): Promise<boolean> {
  return await bench.clients.rewrite(id, { node: owner, generation }, data);
}
