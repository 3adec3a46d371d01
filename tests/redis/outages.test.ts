import type { ClientRecord } from "@encke/core";
import { fromNodeRedis, type RedisPort } from "@encke/store-redis";
import { createClient } from "@redis/client";
import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { FaultyProxy } from "../support/faulty-proxy.ts";
import type { RedisSetting } from "../support/redis-server.ts";
import { eventually } from "./support/eventually.ts";
import { RedisNode } from "./support/redis-node.ts";
import { startRedis } from "./support/start-redis.ts";

const ON_DISK: readonly RedisSetting[] = [
  ["appendonly", "yes"],
  ["appendfsync", "always"],
];
const TTL = 60_000;

describe("Redis that is away", () => {
  it("gets what was published meanwhile when it is back, once and in order", async () => {
    const redis = await startRedis(...ON_DISK);
    const node = await RedisNode.open("a", { url: redis.url });
    await node.say("before");
    await redis.kill();
    const meanwhile = ["1", "2", "3"].map((text) => node.say(text));
    await redis.run(...ON_DISK);
    await Promise.all(meanwhile);
    await node.say("after");
    await until(() => node.heard.includes("after"));
    expect(node.heard).toEqual(["before", "1", "2", "3", "after"]);
    expect(node.gaps).toEqual([]);
  });

  it("makes publishes fail when their time has passed, and takes the next ones", async () => {
    const redis = await startRedis();
    const node = await RedisNode.open("a", { url: redis.url, timeout: 3_000 });
    await redis.kill();
    await expect(node.say("lost")).rejects.toMatchObject({ code: "store_failed" });
    await redis.run();
    await node.say("taken");
    await until(() => node.heard.length > 0);
    expect(node.heard).toEqual(["taken"]);
  });

  it("is said to be stalled, and live again", async () => {
    const redis = await startRedis();
    const node = await RedisNode.open("a", { url: redis.url });
    await redis.kill();
    await until(() => node.states.includes("stalled"));
    await redis.run();
    await until(() => node.states.includes("live"));
    expect(node.states).toEqual(["stalled", "live"]);
  });

  it("does not keep a store from closing", async () => {
    const redis = await startRedis();
    const node = await RedisNode.open("a", { url: redis.url });
    await redis.kill();
    const late = node.say("late").catch((cause: unknown) => cause);
    await node.store.close(50);
    expect(await late).toMatchObject({ code: "comet_closed" });
  });

  it("refuses what there is no room for in this process", async () => {
    const redis = await startRedis();
    const node = await RedisNode.open("a", { url: redis.url, maxWaiting: 1_000 });
    await redis.kill();
    const waiting = node.say("x".repeat(900));
    await expect(node.say("y".repeat(900))).rejects.toThrow("too much waits");
    await redis.run();
    expect(await waiting).toBeGreaterThan(0);
  });
});

describe("a connection", () => {
  it("that is dead and does not say so is replaced", async () => {
    const redis = await startRedis();
    const proxy = await FaultyProxy.before(redis.url);
    const url = `redis://127.0.0.1:${proxy.port}`;
    const node = await RedisNode.open("a", { url, timeout: 1_000 });
    await proxy.become("black-hole");
    const said = node.say("there");
    await until(() => proxy.made > 2);
    await proxy.become("pass");
    await said;
    await until(() => node.heard.length > 0);
    expect(node.heard).toEqual(["there"]);
  });

  it("that breaks after Redis has stored a message does not store it twice", async () => {
    const redis = await startRedis();
    const proxy = await FaultyProxy.before(redis.url);
    const node = await RedisNode.open("a", { url: `redis://127.0.0.1:${proxy.port}` });
    const first = await node.say("first");
    // The answer begins with the position, which begins with the time.
    proxy.cutNext(String(first).slice(0, 6), () => 0);
    const second = await node.say("second");
    expect(proxy.isToCut).toBe(false);
    await node.say("third");
    await until(() => node.heard.includes("third"));
    expect(node.heard).toEqual(["first", "second", "third"]);
    expect(node.positions[1]).toBe(second);
  });

  it("that breaks while a client is created does not refuse that client", async () => {
    const redis = await startRedis();
    const proxy = await FaultyProxy.before(redis.url);
    const node = await RedisNode.open("a", { url: `redis://127.0.0.1:${proxy.port}` });
    proxy.cutNext("marked", () => 0);
    const record = await node.store.clients.create("client", "marked", TTL);
    expect([record.generation, proxy.isToCut]).toEqual([1, false]);
  });
});

describe("a master that has been replaced", () => {
  it("is read no more when it is written no more, though it could be", async () => {
    const master = await startRedis();
    const replica = await startRedis(["replicaof", `127.0.0.1 ${master.port}`]);
    const [there, elsewhere] = [master, replica].map(({ url }) =>
      fromNodeRedis(createClient({ url })),
    ) as [RedisPort, RedisPort];
    let current = there;
    const port: RedisPort = { connect: (key) => current.connect(key) };
    const node = await RedisNode.open("a", { port });
    await node.say("before");
    await eventually(async () => (await replica.command("EXISTS", "{encke}:log")) === ":1");
    await replica.command("REPLICAOF", "NO", "ONE");
    await master.command("CONFIG", "SET", "min-replicas-to-write", "1");
    current = elsewhere;
    await node.say("after");
    await until(() => node.heard.includes("after"));
    expect([node.heard, node.gaps]).toEqual([["before", "after"], []]);
  });
});

describe("Redis that refuses to write", () => {
  it("because it is full says so, and takes what comes when there is room again", async () => {
    const redis = await startRedis();
    const node = await RedisNode.open("a", { url: redis.url });
    const { clients } = node.store;
    await node.say("before");
    await clients.create("known", "{}", TTL);
    await redis.command("CONFIG", "SET", "maxmemory", "1");
    const full = { code: "store_failed", message: expect.stringContaining("OOM") };
    await expect(node.say("too much")).rejects.toMatchObject(full);
    await expect(clients.create("new", "{}", TTL)).rejects.toMatchObject(full);
    await redis.command("CONFIG", "SET", "maxmemory", "0");
    await node.say("after");
    await until(() => node.heard.includes("after"));
    expect(node.heard).toEqual(["before", "after"]);
  });

  it("because it is full keeps the clients that it has: they are claimed, written and let live, and those that are gone make room", async () => {
    const redis = await startRedis();
    const { store } = await RedisNode.open("a", { url: redis.url });
    await store.clients.create("known", "{}", TTL);
    await store.clients.create("gone", "{}", TTL);
    await redis.command("CONFIG", "SET", "maxmemory", "1");
    const { generation, cursor } = (await store.clients.claim("known", "a", TTL)) as ClientRecord;
    const lease = { node: "a", generation };
    expect(await store.clients.commit("known", lease, cursor)).toBe(true);
    expect(await store.clients.rewrite("known", lease, "[]")).toBe(true);
    expect(await store.clients.touch(["known"], TTL)).toEqual([]);
    await store.clients.touch(["gone"], 0);
    expect((await store.clients.reap(10)).map(({ id }) => id)).toEqual(["gone"]);
    expect(await store.clients.destroy("known", "disconnect")).toMatchObject({ data: "[]" });
  });

  it("for want of a replica lets wait what is written meanwhile", async () => {
    const redis = await startRedis();
    const node = await RedisNode.open("a", { url: redis.url });
    await redis.command("CONFIG", "SET", "min-replicas-to-write", "1");
    const waiting = node.say("waits");
    await new Promise((resolve) => setImmediate(resolve));
    await redis.command("CONFIG", "SET", "min-replicas-to-write", "0");
    await waiting;
    await until(() => node.heard.length > 0);
    expect(node.heard).toEqual(["waits"]);
  });
});
