import { fromNodeRedis } from "@encke/store-redis";
import { createClient } from "@redis/client";
import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { FaultyProxy } from "../support/faulty-proxy.ts";
import type { RedisServer } from "../support/redis-server.ts";
import { eventually } from "./support/eventually.ts";
import { RedisNode } from "./support/redis-node.ts";
import { ShiftedClock } from "./support/shifted-clock.ts";
import { startRedis } from "./support/start-redis.ts";

interface Reached {
  readonly node: RedisNode;
  /** Between the node and Redis. */
  readonly way: FaultyProxy;
}

async function reach(name: string, redis: RedisServer): Promise<Reached> {
  const way = await FaultyProxy.before(redis.url);
  return { node: await RedisNode.open(name, { url: `redis://127.0.0.1:${way.port}` }), way };
}

/** Two nodes that have read one message. */
async function twoNodes(redis: RedisServer): Promise<readonly [Reached, Reached]> {
  const [a, b] = [await reach("a", redis), await reach("b", redis)];
  await a.node.say("1");
  await until(() => a.node.heard.length === 1 && b.node.heard.length === 1);
  return [a, b];
}

/** With connections that are new. */
async function comeBack({ way }: Reached): Promise<void> {
  await way.become("pass");
  way.breakAll();
}

/** The text is stored, and those who say it are told so, but none of these nodes reads it. */
async function unread(text: string, nodes: readonly Reached[], say: () => unknown): Promise<void> {
  for (const { way } of nodes) {
    await way.become("refuse");
    way.cutNext(text, () => 0);
  }
  await say();
  await until(() => !nodes.some(({ way }) => way.isToCut));
}

/** Redis forgets everything. One node finds out, and publishes something, before the other comes back. */
async function forget(
  redis: RedisServer,
  first: Reached,
  second: Reached,
  text: string,
): Promise<void> {
  await redis.command("FLUSHALL");
  await comeBack(first);
  const said = first.node.say(text);
  await eventually(async () => (await redis.command("HGET", "{encke}:meta", "until")) !== "$-1");
  await comeBack(second);
  await said;
}

async function untilSame(a: Reached, b: Reached, texts: readonly string[]): Promise<void> {
  await until(() => [a, b].every(({ node }) => node.heard.length === texts.length));
  expect([a.node.heard, b.node.heard]).toEqual([texts, texts]);
  expect(a.node.positions).toEqual(b.node.positions);
  expect([...a.node.gaps, ...b.node.gaps]).toEqual([]);
}

describe("what Redis has forgotten has its place again", () => {
  it("where a node comes first that has read less than another one", async () => {
    const redis = await startRedis();
    const [a, b] = await twoNodes(redis);
    await b.way.become("black-hole");
    await a.node.say("2");
    await until(() => a.node.heard.length === 2);
    await a.way.become("black-hole");
    await forget(redis, b, a, "3");
    await untilSame(a, b, ["1", "2", "3"]);
  });

  it("where nobody has read it but one node was told that it is stored", async () => {
    const redis = await startRedis();
    const [a, b] = await twoNodes(redis);
    const text = "only a was told";
    await unread(text, [a, b], () => a.node.say(text));
    await forget(redis, b, a, "later");
    await untilSame(a, b, ["1", text, "later"]);
  });

  it("where one node was told that something is stored behind what another one has read", async () => {
    const redis = await startRedis();
    const [a, b] = await twoNodes(redis);
    await unread("read by a", [b], () => a.node.say("read by a"));
    await until(() => a.node.heard.length === 2);
    await a.way.become("black-hole");
    await b.node.say("of b");
    await forget(redis, b, a, "later");
    await untilSame(a, b, ["1", "read by a", "of b", "later"]);
  });
});

describe("what Redis has forgotten is not there twice", () => {
  it("where somebody has published it again before it was put back", async () => {
    const redis = await startRedis();
    const [a, b] = await twoNodes(redis);
    const said = { channel: "/room", json: "again", producer: { key: "k", sequence: 1 } };
    await unread("again", [a, b], () =>
      Promise.all([a.node.store.log.append(said), a.node.say("once")]),
    );
    await a.way.become("black-hole");
    await redis.command("FLUSHALL");
    await comeBack(b);
    await b.node.store.log.append(said);
    await comeBack(a);
    await untilSame(a, b, ["1", "again", "once"]);
  });

  it("where it is older than what the node remembers that came first", async () => {
    const redis = await startRedis();
    const clock = new ShiftedClock(fromNodeRedis(createClient({ url: redis.url })));
    const open = (name: string): Promise<RedisNode> => RedisNode.open(name, { port: clock.port });
    const [a, c] = [await open("a"), await open("c")];
    await a.say("1");
    clock.advance(60_000);
    await c.say("2");
    const late = await open("late");
    await c.close();
    await redis.command("FLUSHALL");
    await late.say("3");
    await until(() => a.heard.length > 2 && late.heard.length > 0);
    await a.say("4");
    await until(() => a.heard.includes("4") && late.heard.includes("4"));
    expect([a.heard, late.heard]).toEqual([
      ["1", "2", "3", "4"],
      ["3", "4"],
    ]);
  });
});
