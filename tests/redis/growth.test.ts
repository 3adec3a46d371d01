import { randomUUID } from "node:crypto";
import { systemPorts } from "@encke/core";
import { fromIoredis, RedisStore, type RedisStoreOptions } from "@encke/store-redis";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { RedisServer } from "../support/redis-server.ts";
import { ShiftedClock } from "./support/shifted-clock.ts";

const TTL = 60_000;
const SWEEP = 10_000;

const redis = await RedisServer.start();
afterAll(() => redis.close());
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});
const io = fromIoredis(new Redis(redis.url, { lazyConnect: true }));

interface Bench {
  readonly store: RedisStore;
  readonly clock: ShiftedClock;
  /** Lets Redis's clock go on, as long as nodes sweep: each of them does that every ten seconds. */
  pass(ms: number): Promise<void>;
  readable(channel: string, after: number): Promise<readonly [readonly string[], boolean]>;
}

async function open(options: RedisStoreOptions = {}): Promise<Bench> {
  const clock = new ShiftedClock(io);
  const store = new RedisStore({ port: clock.port, prefix: randomUUID(), ...options });
  let shift = 0;
  const { now, after } = systemPorts();
  const host = { node: "a", now: () => now() + shift, after, log: () => {} };
  await store.open(host);
  onTestFinished(() => store.close(1_000));
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= SWEEP) {
      clock.advance(Math.min(left, SWEEP));
      shift += SWEEP;
      vi.advanceTimersByTime(SWEEP);
      // What comes after it on the same connection has seen what it did.
      for (let call = 0; call < 2; call++) await store.log.head(0);
    }
  };
  const readable: Bench["readable"] = async (channel, position) => {
    const read = await store.log.read(store.log.partitionOf(channel), position, 1_000);
    return [read.entries.map(({ json }) => json), read.hasGap];
  };
  return { store, clock, pass, readable };
}

describe("messages", () => {
  it("stay readable for as long as they are to, and are a gap from then on", async () => {
    const { store, pass, readable } = await open({ retention: 60_000 });
    const start = await store.log.head(0);
    await store.log.append({ channel: "/a", json: "old" });
    await pass(50_000);
    await store.log.append({ channel: "/a", json: "new" });
    expect(await readable("/a", start)).toEqual([["old", "new"], false]);
    await pass(30_000);
    expect(await readable("/a", start)).toEqual([["new"], true]);
    await pass(60_000);
    expect(await readable("/a", start)).toEqual([[], true]);
    const { position } = await store.log.append({ channel: "/a", json: "later" });
    expect(await readable("/a", position - 1)).toEqual([["later"], false]);
  });

  it.each([3_600_000, -3_600_000])("are not old because a clock jumps by %d ms", async (jump) => {
    const { store, clock, pass, readable } = await open({ retention: 60_000 });
    const start = await store.log.head(0);
    await store.log.append({ channel: "/a", json: "there" });
    await pass(40_000);
    clock.advance(jump);
    await pass(40_000);
    expect(await readable("/a", start)).toEqual([["there"], false]);
  });
});

describe("clients", () => {
  it("live on when a clock jumps before anybody has looked for those that are gone", async () => {
    const { store, clock } = await open();
    await store.clients.create("here", "{}", 51_000);
    clock.advance(3_600_000);
    expect(await store.clients.reap(10)).toEqual([]);
    expect(await store.clients.touch(["here"], 51_000)).toEqual([]);
  });

  it("live on when a clock jumps and Redis has forgotten when that was", async () => {
    const { store, clock } = await open({ prefix: "forgetful" });
    await store.clients.create("here", "{}", 51_000);
    await store.clients.reap(10);
    await redis.command("DEL", "{forgetful}:meta");
    clock.advance(3_600_000);
    expect(await store.clients.reap(10)).toEqual([]);
  });
});

describe("a client of which Redis has only half", () => {
  it.each(["client", "lease"])(
    "because its %s is gone is none, and leaves nothing",
    async (half) => {
      const prefix = `half-${half}`;
      const { clients } = (await open({ prefix })).store;
      await clients.create("c", "{}", 51_000);
      const record = await clients.claim("c", "a", 51_000);
      const lose = () => redis.command("DEL", `{${prefix}}:${half}:c`);
      await lose();
      expect(await clients.claim("c", "b", 51_000)).toBeUndefined();
      expect(await clients.rewrite("c", { node: "a", generation: 2 }, "new")).toBe(false);
      expect(await clients.subscribe("c", "/a")).toBeUndefined();
      expect(record && (await clients.putBack(record, 51_000))).toBe(true);
      expect(await clients.claim("c", "b", 51_000)).toMatchObject({ data: "{}", generation: 3 });
      await lose();
      expect(await clients.destroy("c", "test")).toBeUndefined();
      expect(await keysOf(prefix)).toEqual(["log", "meta"]);
    },
  );
});

describe("what nobody uses any more", () => {
  it("leaves nothing in Redis: not histories, nor producers, nor processes", async () => {
    const { store, pass } = await open({ prefix: "unused" });
    const producer = { key: "somebody", sequence: 1 };
    const keep = { count: 10, ms: 5_000 };
    for (const channel of ["/a", "/b"]) {
      await store.log.append({ channel, json: "1", producer, keep });
    }
    await store.presence.enter("/a", "c", "info", 1_000);
    expect(await keysOf("unused")).toEqual(expect.arrayContaining(["producers", "processes"]));
    await pass(2 * 3_600_000 + 2 * SWEEP);
    await store.presence.leave("/a", "c");
    expect(await keysOf("unused")).toEqual(["log", "meta"]);
  }, 60_000);

  it("lets a node publish that was quiet for long", async () => {
    const { store, pass, readable } = await open();
    const { position } = await store.log.append({ channel: "/a", json: "1" });
    await pass(2 * 3_600_000 + 2 * SWEEP);
    await store.log.append({ channel: "/a", json: "2" });
    expect(await readable("/a", position)).toEqual([["2"], false]);
  }, 60_000);

  it("is as little after 10,000 clients as before them", async () => {
    const { pass } = await open({ prefix: "crowd" });
    const store = new RedisStore({ url: redis.url, prefix: "crowd" });
    await store.open({ ...systemPorts(), node: "a", log: () => {} });
    onTestFinished(() => store.close(1_000));
    const memory = async (): Promise<number> =>
      Number(/used_memory:(\d+)/.exec(await redis.command("INFO", "memory"))?.[1]);
    await crowd(store, 500);
    await pass(130_000);
    const [keys, before] = [await keysOf("crowd"), await memory()];
    await crowd(store, 10_000);
    await pass(130_000);
    expect(await keysOf("crowd")).toEqual(keys);
    expect((await memory()) - before).toBeLessThan(1024 * 1024);
  }, 120_000);
});

/** They come, subscribe, are moved, and leave: half of them with a word, and the others when their time has passed. */
async function crowd(store: RedisStore, size: number): Promise<void> {
  const { clients } = store;
  for (let first = 0; first < size; first += 500) {
    const ids = Array.from({ length: 500 }, (_, index) => `${first + index}`);
    await Promise.all(ids.map((id) => clients.create(id, "{}", TTL)));
    await Promise.all(ids.map((id) => clients.subscribe(id, `/room/${id}`)));
    await Promise.all(ids.map((id) => clients.claim(id, "b", TTL)));
    const [staying, leaving] = [ids.slice(0, 250), ids.slice(250)];
    await Promise.all(leaving.map((id) => clients.destroy(id, "disconnect")));
    await clients.touch(staying, 0);
    await clients.reap(250);
  }
}

async function keysOf(prefix: string): Promise<readonly string[]> {
  const answer = await redis.command("KEYS", `{${prefix}}:*`);
  const lines = answer.split("\r\n").filter((line) => line.startsWith("{"));
  return lines.map((key) => key.slice(prefix.length + 3)).sort();
}
