import { expectRising, expectSame, expectThere } from "../expectations.ts";
import { CHANNEL, type StoreBench } from "../store-bench.ts";
import type { CaseDefinition } from "../store-case.ts";

const PATTERNS = [CHANNEL, "/kit/*", "/kit/**", "/**", "/__proto__", "/constructor/*"];

export const subscriptionCases: readonly CaseDefinition[] = [
  {
    name: "lets a subscription apply from the head of the log on",
    async check(bench) {
      await bench.create("a");
      const partition = bench.log.partitionOf(CHANNEL);
      const before = await bench.append("before");
      const since = expectThere(await bench.clients.subscribe("a", CHANNEL), "subscribe");
      const after = await bench.append("after");
      expectSame(since.length, bench.log.partitions, "positions in the cursor");
      const position = since[partition] ?? -1;
      expectRising([before.position - 1, position, after.position], "before, since and after");
    },
  },
  {
    name: "answers a repeated subscription with its first cursor",
    async check(bench) {
      await bench.create("a");
      const first = await bench.clients.subscribe("a", CHANNEL);
      await bench.append("news");
      expectSame(await bench.clients.subscribe("a", CHANNEL), first, "the second answer");
      const { subscriptions } = await bench.claim("a");
      expectSame([...subscriptions], [[CHANNEL, first]], "the subscriptions");
    },
  },
  {
    name: "subscribes anew from the head after it unsubscribed",
    async check(bench) {
      await bench.create("a");
      await bench.clients.subscribe("a", CHANNEL);
      await bench.clients.unsubscribe("a", CHANNEL);
      await bench.append("between");
      const since = await bench.clients.subscribe("a", CHANNEL);
      expectSame(since, await bench.heads(), "the cursor of the new subscription");
    },
  },
  {
    name: "unsubscribes what is subscribed, and says so once",
    async check(bench) {
      await bench.create("a");
      await bench.clients.subscribe("a", CHANNEL);
      await bench.clients.subscribe("a", "/kit/*");
      expectSame(await bench.clients.unsubscribe("a", CHANNEL), true, "unsubscribe");
      expectSame(await bench.clients.unsubscribe("a", CHANNEL), false, "unsubscribe again");
      const { subscriptions } = await bench.claim("a");
      expectSame([...subscriptions.keys()], ["/kit/*"], "what is left");
    },
  },
  {
    name: "hands every subscription with its cursor to who claims the client",
    async check(bench) {
      await bench.create("a");
      const expected = new Map<string, unknown>();
      for (const pattern of PATTERNS) {
        expected.set(pattern, await bench.clients.subscribe("a", pattern));
        await bench.append(pattern);
      }
      expectSame((await bench.claim("a")).subscriptions, expected, "the subscriptions");
    },
  },
  {
    name: "finds who is subscribed to a channel, by its name and by patterns, and nobody else",
    async check(bench) {
      await subscribeEach(bench, {
        exact: "/kit/room",
        one: "/kit/*",
        deep: "/kit/**",
        all: "/**",
        other: "/kit/hall",
        above: "/kit",
        below: "/kit/room/*",
        top: "/*",
      });
      const { clients } = bench;
      const room = await clients.whereSubscribedTo("/kit/room", 100);
      expectSame(room, { ids: ["all", "deep", "exact", "one"] }, "subscribers of /kit/room");
      const corner = await clients.whereSubscribedTo("/kit/room/corner", 100);
      expectSame(corner, { ids: ["all", "below", "deep"] }, "subscribers of /kit/room/corner");
      expectSame(
        await clients.whereSubscribedTo("/kit", 100),
        { ids: ["above", "all", "top"] },
        "/kit",
      );
    },
  },
  {
    name: "names a subscriber once, in order of the ids, page by page",
    async check(bench) {
      for (const id of ["c", "a", "e", "b", "d"]) {
        await bench.create(id);
        await bench.clients.subscribe(id, CHANNEL);
        await bench.clients.subscribe(id, "/kit/*");
      }
      const { clients } = bench;
      const first = await clients.whereSubscribedTo(CHANNEL, 2);
      expectSame(first.ids, ["a", "b"], "the first page");
      const second = await clients.whereSubscribedTo(CHANNEL, 2, first.next ?? "");
      expectSame(second.ids, ["c", "d"], "the second page");
      const last = await clients.whereSubscribedTo(CHANNEL, 2, second.next ?? "");
      expectSame(last, { ids: ["e"] }, "the last page");
      const exact = await clients.whereSubscribedTo(CHANNEL, 5);
      expectSame(exact.next, undefined, "next of a last page that is full");
    },
  },
  {
    name: "no longer finds who has unsubscribed or is gone",
    async check(bench) {
      await subscribeEach(bench, { a: "/kit/*", b: CHANNEL, c: "/**" });
      await bench.clients.unsubscribe("a", "/kit/*");
      await bench.clients.destroy("b", "disconnect");
      const { ids } = await bench.clients.whereSubscribedTo(CHANNEL, 100);
      expectSame(ids, ["c"], "subscribers");
    },
  },
  {
    name: "tells the node that serves a client what another node changes of its subscriptions",
    needs: "many nodes",
    async check(bench) {
      const other = await bench.join("node-2");
      await bench.create("a");
      const { id, generation, cursor } = await bench.claim("a");
      await bench.clients.commit(id, { node: "node-1", generation }, cursor, true);
      await other.clients.subscribe("a", CHANNEL);
      await other.clients.unsubscribe("a", CHANNEL);
      await bench.feed.until(() => bench.feed.news.length > 1, "the news of both changes");
      const news = bench.feed.news.map(({ position: _, ...rest }) => rest);
      const change = { client: "a", owner: "node-1", pattern: CHANNEL };
      expectSame(
        news,
        [
          { type: "subscribed", ...change },
          { type: "unsubscribed", ...change },
        ],
        "the news",
      );
    },
  },
];

async function subscribeEach(
  bench: StoreBench,
  patterns: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [id, pattern] of Object.entries(patterns)) {
    await bench.create(id);
    await bench.clients.subscribe(id, pattern);
  }
}
