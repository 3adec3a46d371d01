import { systemPorts } from "@encke/core";
import { RedisStore } from "@encke/store-redis";
import { expect, it, onTestFinished } from "vitest";
import { RedisServer, type RedisSetting } from "../support/redis-server.ts";

/** What is logged when a store is opened on a Redis with these settings. */
async function openOn(...settings: readonly RedisSetting[]): Promise<readonly string[]> {
  const redis = await RedisServer.start(...settings);
  onTestFinished(() => redis.close());
  const lines: string[] = [];
  const { now, after } = systemPorts();
  const store = new RedisStore({ url: redis.url });
  onTestFinished(() => store.close(100));
  await store.open({ node: "a", now, after, log: (level, text) => lines.push(`${level} ${text}`) });
  return lines;
}

it("refuses a Redis that may evict the log", async () => {
  const opening = openOn(["maxmemory-policy", "allkeys-lru"]);
  await expect(opening).rejects.toMatchObject({
    code: "store_failed",
    message: expect.stringContaining("maxmemory-policy allkeys-lru"),
  });
});

it("takes a Redis that evicts only what may expire", async () => {
  const lines = await openOn(["maxmemory-policy", "volatile-lru"], ["appendonly", "yes"]);
  expect(lines).toEqual([]);
});

it("warns of a Redis without an append-only file", async () => {
  expect(await openOn()).toEqual([expect.stringMatching(/^warn .*append-only file/)]);
});

it("fails to open within its timeout where there is no Redis", async () => {
  const redis = await RedisServer.start();
  await redis.close();
  const { now, after } = systemPorts();
  const store = new RedisStore({ url: redis.url, timeout: 100 });
  const opening = store.open({ node: "a", now, after, log: () => {} });
  await expect(opening).rejects.toMatchObject({ code: "store_failed" });
  await store.close(100);
});
