import { randomUUID } from "node:crypto";
import { systemPorts } from "@encke/core";
import { RedisStore } from "@encke/store-redis";
import type { MeasuredRedis } from "./measured-redis.ts";

const MESSAGES = 50_000;
const MESSAGE = "x".repeat(250);
const CLIENTS = 10_000;
const SUBSCRIPTIONS = 5;
/** How much is under way at a time. */
const AT_ONCE = 500;
const TTL = 600_000;

/** Bytes. */
export interface MemoryFigures {
  readonly perMessage: number;
  readonly perClient: number;
  /** How much more Redis holds when all clients have gone than before they came. */
  readonly leftInRedis: number;
  /** The same of the process that made them. Needs `--expose-gc`. */
  readonly leftInNode: number;
  /** Keys that are left of them. */
  readonly leftKeys: number;
}

export async function measureMemory(redis: MeasuredRedis): Promise<MemoryFigures> {
  await redis.empty();
  const store = await openStore(redis.url);
  // What it takes itself, once, is there before anything is counted.
  await go(store, await come(store, CLIENTS));
  const [empty, heap, keys] = [await redis.usage(), heapUsed(), await redis.keys()];
  const ids = await come(store, CLIENTS);
  const crowded = await redis.usage();
  await go(store, ids);
  const left = await redis.usage();
  const leftInNode = heapUsed() - heap;
  const leftKeys = (await redis.keys()) - keys;
  await inTurns(MESSAGES, async () => {
    await store.log.append({ channel: "/bench/room", json: MESSAGE });
  });
  const full = await redis.usage();
  const figures = {
    perMessage: (full.memory - left.memory) / MESSAGES,
    perClient: (crowded.memory - empty.memory) / CLIENTS,
    leftInRedis: left.memory - empty.memory,
    leftInNode,
    leftKeys,
  };
  await store.close(1_000);
  return figures;
}

async function openStore(url: string): Promise<RedisStore> {
  const store = new RedisStore({ url });
  const { now, after, log } = systemPorts();
  await store.open({ node: "bench", now, after, log });
  await store.log.open({
    onEntries: () => {},
    onControl: () => {},
    onGap: () => {},
    onState: () => {},
  });
  return store;
}

async function come({ clients }: RedisStore, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  await inTurns(count, async () => {
    const id = randomUUID().replaceAll("-", "");
    ids.push(id);
    const data = JSON.stringify({ publicId: randomUUID(), data: { name: "somebody" } });
    await clients.create(id, data, TTL);
    await clients.claim(id, "bench", TTL);
    for (let room = 0; room < SUBSCRIPTIONS; room++) {
      await clients.subscribe(id, `/bench/room-${(ids.length + room) % 1_000}`);
    }
  });
  return ids;
}

async function go({ clients }: RedisStore, ids: readonly string[]): Promise<void> {
  const left = [...ids];
  await inTurns(ids.length, async () => {
    await clients.destroy(left.pop() as string, "disconnect");
  });
}

async function inTurns(count: number, act: () => Promise<void>): Promise<void> {
  for (let done = 0; done < count; done += AT_ONCE) {
    const now = Math.min(AT_ONCE, count - done);
    await Promise.all(Array.from({ length: now }, act));
  }
}

function heapUsed(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}
