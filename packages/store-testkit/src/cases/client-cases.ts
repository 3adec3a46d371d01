import { expectRefused, expectSame, expectThere, succeeds } from "../expectations.ts";
import { TTL } from "../store-bench.ts";
import type { CaseDefinition } from "../store-case.ts";
import { together } from "../together.ts";

/** Ids that are something else to a careless store: members of every object, patterns, separators, other scripts. */
const AWKWARD_IDS = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "a:b",
  "a*",
  "{a}",
  "a b",
  "a\nb",
  "a\u0000b",
  "../a",
  "Grüße 世界",
];

export const clientCases: readonly CaseDefinition[] = [
  {
    name: "creates a client of generation 1, without owner and subscriptions, at the head of the log",
    async check(bench) {
      await bench.append("before");
      const record = await bench.clients.create("a", '{"name":"a"}', TTL);
      expectSame(
        record,
        {
          id: "a",
          generation: 1,
          cursor: await bench.heads(),
          subscriptions: new Map(),
          data: '{"name":"a"}',
        },
        "the new record",
      );
    },
  },
  {
    name: "refuses to create a client that exists, and leaves that one as it is",
    async check(bench) {
      await bench.clients.create("a", "first", TTL);
      await expectRefused(() => bench.clients.create("a", "second", TTL), "a second client a");
      expectSame((await bench.claim("a")).data, "first", "the data of the first");
    },
  },
  {
    name: "lets one of many have an id that they create at once",
    async check(bench) {
      const done = await together(10, (index) =>
        succeeds(() => bench.clients.create("a", `${index}`, TTL)),
      );
      expectSame(done.filter(Boolean).length, 1, "creators that have the id");
      expectSame((await bench.claim("a")).data, `${done.indexOf(true)}`, "whose data is kept");
    },
  },
  {
    name: "knows nothing of a client that was never created",
    async check(bench) {
      const { clients } = bench;
      const lease = { node: bench.host.node, generation: 1 };
      expectSame(await clients.claim("a", "node-1", TTL), undefined, "claim");
      expectSame(await clients.commit("a", lease, await bench.heads(), true), false, "commit");
      expectSame(await clients.subscribe("a", "/kit/*"), undefined, "subscribe");
      expectSame(await clients.unsubscribe("a", "/kit/*"), false, "unsubscribe");
      expectSame(await clients.destroy("a", "disconnect"), undefined, "destroy");
      expectSame(await clients.count(), 0, "count");
    },
  },
  {
    name: "answers with records that later changes leave as they are",
    async check(bench) {
      const created = await bench.create("a");
      await bench.clients.subscribe("a", "/kit/one");
      const claimed = await bench.claim("a");
      await bench.clients.subscribe("a", "/kit/two");
      await bench.clients.unsubscribe("a", "/kit/one");
      await bench.append("news");
      await bench.claim("a", await bench.heads());
      expectSame([created.generation, created.subscriptions.size], [1, 0], "the created record");
      expectSame(claimed.generation, 2, "the generation of the claimed record");
      expectSame([...claimed.subscriptions.keys()], ["/kit/one"], "its subscriptions");
      expectSame(claimed.cursor, created.cursor, "its cursor");
    },
  },
  {
    name: "keeps the data of a client to the byte, and 1 MB of it",
    async check(bench) {
      for (const data of ['{"a":"\\u2028\u2028 Grüße \\" \u{1f680}"}', "x".repeat(1_048_576)]) {
        const id = `client-${data.length}`;
        await bench.clients.create(id, data, TTL);
        const claimed = await bench.claim(id);
        expectSame(claimed.data === data, true, `the same ${data.length} characters of data`);
      }
    },
  },
  {
    name: "takes every id for a plain text",
    async check(bench) {
      for (const id of AWKWARD_IDS) {
        expectSame(await bench.clients.claim(id, "node-1", TTL), undefined, `${id} before`);
        await bench.clients.create(id, id, TTL);
      }
      expectSame(await bench.clients.count(), AWKWARD_IDS.length, "count");
      for (const id of AWKWARD_IDS) {
        const claimed = await bench.claim(id);
        expectSame([claimed.id, claimed.data], [id, id], `the record of ${id}`);
        const destroyed = await bench.clients.destroy(id, "disconnect");
        expectSame(expectThere(destroyed, `${id} when it is destroyed`).id, id, "its id");
      }
      expectSame(await bench.clients.count(), 0, "count after all were destroyed");
    },
  },
  {
    name: "counts its clients",
    async check(bench) {
      for (const id of ["a", "b", "c"]) await bench.create(id);
      expectSame(await bench.clients.count(), 3, "count");
      await bench.clients.destroy("b", "disconnect");
      expectSame(await bench.clients.count(), 2, "count after one was destroyed");
    },
  },
];
