import type { ClientRecord } from "@encke/core";
import { expectSame, expectThat, expectThere } from "../expectations.ts";
import { CHANNEL, type StoreBench, TTL } from "../store-bench.ts";
import type { CaseDefinition } from "../store-case.ts";
import { inTurn, together } from "../together.ts";

const CLIENTS = 30;
const MARGIN = 5_000;

export const lifetimeCases: readonly CaseDefinition[] = [
  {
    name: "hands a destroyed client to one of many who destroy it at once",
    async check(bench) {
      await bench.clients.create("a", "data", TTL);
      await bench.clients.subscribe("a", CHANNEL);
      const claimed = await bench.claim("a");
      const answers = await together(10, () => bench.clients.destroy("a", "disconnect"));
      const given = answers.filter((answer) => answer !== undefined);
      expectSame(given, [claimed], "what the callers were given");
    },
  },
  {
    name: "forgets all that belongs to a destroyed client",
    async check(bench) {
      await bench.clients.create("a", "first", TTL);
      await bench.clients.subscribe("a", CHANNEL);
      await bench.claim("a");
      await bench.clients.destroy("a", "disconnect");
      await expectForgotten(bench);
    },
  },
  {
    name: "forgets all that belongs to a reaped client",
    async check(bench) {
      await bench.clients.create("a", "first", TTL);
      await bench.clients.subscribe("a", CHANNEL);
      await bench.claim("a");
      await expectReaped(bench);
      await expectForgotten(bench);
    },
  },
  {
    name: "lets a client that has the id of a destroyed one begin at the head of the log",
    async check(bench) {
      await expectAtHead(bench, () => bench.clients.destroy("a", "disconnect"));
    },
  },
  {
    name: "lets a client that has the id of a reaped one begin at the head of the log",
    async check(bench) {
      await expectAtHead(bench, () => expectReaped(bench));
    },
  },
  {
    name: "reaps a client when its time has passed, and not before",
    async check(bench) {
      await bench.create("a", TTL);
      await bench.create("b", TTL * 2);
      await bench.letTimePass(TTL - MARGIN);
      expectSame(await reapedIds(bench), [], "reaped before the time");
      await bench.letTimePass(MARGIN * 2);
      expectSame(await reapedIds(bench), ["a"], "reaped when the time of one has passed");
      expectSame(await bench.clients.claim("a", "node-1", TTL), undefined, "a claim of it");
      expectSame(await bench.clients.count(), 1, "count");
    },
  },
  {
    name: "returns what a reaped client was",
    async check(bench) {
      await bench.clients.create("a", "data", TTL);
      await bench.clients.subscribe("a", CHANNEL);
      const claimed = await bench.claim("a");
      await bench.letTimePass(TTL + MARGIN);
      expectSame(await bench.clients.reap(10), [claimed], "the reaped record");
      expectSame(await bench.clients.whereSubscribedTo(CHANNEL, 10), { ids: [] }, "subscribers");
    },
  },
  {
    name: "hands each expired client to one of many who reap at once",
    async check(bench) {
      await inTurn(CLIENTS, (index) => bench.create(`client-${index}`));
      await bench.letTimePass(TTL + MARGIN);
      const hands = await together(10, () => bench.clients.reap(CLIENTS));
      const ids = hands.flat().map(({ id }) => id);
      expectSame(new Set(ids).size, ids.length, "different clients among those reaped");
      expectSame(ids.length + (await reapedIds(bench)).length, CLIENTS, "reaped clients");
      expectSame(await bench.clients.count(), 0, "count");
    },
  },
  {
    name: "reaps no more clients at once than it is asked to",
    async check(bench) {
      await inTurn(5, (index) => bench.create(`client-${index}`));
      await bench.letTimePass(TTL + MARGIN);
      const sizes = await inTurn(4, async () => (await bench.clients.reap(2)).length);
      expectThat(
        sizes.every((size) => size <= 2),
        `reaped ${sizes} with a limit of 2`,
      );
      expectSame(
        sizes.reduce((sum, size) => sum + size, 0),
        5,
        "reaped in all",
      );
    },
  },
  {
    name: "names the clients that it does not know when it is told that they live",
    async check(bench) {
      await bench.create("a");
      await bench.create("b");
      const unknown = await bench.clients.touch(["a", "x", "b", "__proto__"], TTL);
      expectSame([...unknown].sort(), ["__proto__", "x"], "unknown clients");
      expectSame(await bench.clients.touch([], TTL), [], "unknown clients among none");
    },
  },
  {
    name: "lets a client live on from the time it is touched",
    async check(bench) {
      await bench.create("a");
      await expectProlonged(bench, () => bench.clients.touch(["a"], TTL));
    },
  },
  {
    name: "lets a client live on from the time it is claimed",
    async check(bench) {
      await bench.create("a");
      await expectProlonged(bench, () => bench.claim("a"));
    },
  },
  {
    name: "lets a touch make the life of a client shorter",
    async check(bench) {
      await bench.create("a", TTL * 10);
      await bench.clients.touch(["a"], TTL);
      await bench.letTimePass(TTL + MARGIN);
      expectSame(await reapedIds(bench), ["a"], "reaped");
    },
  },
  {
    name: "tells the node that serves a client that another one has ended it",
    needs: "many nodes",
    async check(bench) {
      const other = await bench.join("node-2");
      await bench.create("a");
      const { generation, cursor } = await bench.claim("a");
      await bench.clients.commit("a", { node: "node-1", generation }, cursor, true);
      expectThere(await other.clients.destroy("a", "kicked"), "destroy");
      await bench.feed.until(() => bench.feed.news.length > 0, "the news that the client ended");
      const { position: _, ...news } = expectThere(bench.feed.news[0], "news");
      const expected = { type: "ended", client: "a", owner: "node-1", reason: "kicked" };
      expectSame(news, expected, "the news");
    },
  },
];

/** Fails unless a client that is made anew under the id `a` has nothing of the one before. */
async function expectForgotten(bench: StoreBench): Promise<void> {
  expectSame(await bench.clients.claim("a", "node-1", TTL), undefined, "a claim after that");
  const record = await bench.clients.create("a", "second", TTL);
  expectSame(
    [record.generation, record.owner, record.subscriptions.size, record.data],
    [1, undefined, 0, "second"],
    "generation, owner, subscriptions and data of a new client with the same id",
  );
  const claimed = await bench.claim("a");
  expectSame(
    [claimed.generation, claimed.subscriptions.size, claimed.data],
    [2, 0, "second"],
    "generation, subscriptions and data of the new client when it is claimed",
  );
}

/** Fails unless a client that is made anew under the id `a` has missed what came before it. */
async function expectAtHead(bench: StoreBench, end: () => unknown): Promise<void> {
  await bench.create("a");
  const { generation } = await bench.claim("a");
  await bench.append("seen by the first");
  const lease = { node: bench.host.node, generation };
  await bench.clients.commit("a", lease, await bench.heads(), true);
  await end();
  await bench.append("between the two");
  const { cursor } = await bench.create("a");
  const heads = await bench.heads();
  expectSame(cursor, heads, "the cursor of a new client with the same id");
  expectSame((await bench.claim("a")).cursor, heads, "its cursor when it is claimed");
}

async function expectReaped(bench: StoreBench): Promise<void> {
  await bench.letTimePass(TTL + MARGIN);
  expectSame(await reapedIds(bench), ["a"], "reaped");
}

async function expectProlonged(bench: StoreBench, prolong: () => unknown): Promise<void> {
  await bench.letTimePass(TTL - MARGIN);
  await prolong();
  await bench.letTimePass(TTL - MARGIN);
  expectSame(await reapedIds(bench), [], "reaped before the new time");
  await bench.letTimePass(MARGIN * 2);
  expectSame(await reapedIds(bench), ["a"], "reaped when the new time has passed");
}

async function reapedIds(bench: StoreBench): Promise<readonly string[]> {
  const reaped: readonly ClientRecord[] = await bench.clients.reap(CLIENTS);
  return reaped.map(({ id }) => id);
}
