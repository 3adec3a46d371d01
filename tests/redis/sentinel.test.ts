import { fromIoredis, fromNodeRedisSentinel, type RedisPort } from "@encke/store-redis";
import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { startWatched, type Watched } from "../support/watched-redis.ts";
import { eventually } from "./support/eventually.ts";
import { RedisNode } from "./support/redis-node.ts";

describe("behind a sentinel, the store goes over to the replica that takes the master's place", () => {
  it("through node-redis", async () => {
    const watched = await startWatched();
    const { name, sentinels } = watched;
    const port = fromNodeRedisSentinel({ name, sentinelRootNodes: sentinels });
    await survivesFailover(watched, port);
  }, 60_000);

  it("through ioredis", async () => {
    const watched = await startWatched();
    const { name, sentinels } = watched;
    const model = new Redis({ sentinels: [...sentinels], name, lazyConnect: true });
    await survivesFailover(watched, fromIoredis(model));
  }, 60_000);
});

async function survivesFailover({ master }: Watched, port: RedisPort): Promise<void> {
  const node = await RedisNode.open("a", { port, timeout: 30_000 });
  await node.say("before");
  await master.kill();
  await node.say("after");
  await eventually(() => node.heard.includes("after"));
  expect([node.heard, node.gaps]).toEqual([["before", "after"], []]);
}
