import { fromIoredis, fromNodeRedisSentinel, type RedisPort } from "@encke/store-redis";
import { Redis } from "ioredis";
import { describe, expect, it, onTestFinished } from "vitest";
import { RedisServer } from "../support/redis-server.ts";
import { eventually } from "./support/eventually.ts";
import { RedisNode } from "./support/redis-node.ts";

const NAME = "primary";

interface Watched {
  readonly master: RedisServer;
  readonly sentinel: RedisServer;
}

describe("behind a sentinel, the store goes over to the replica that takes the master's place", () => {
  it("through node-redis", async () => {
    const watched = await startWatched();
    const sentinelRootNodes = [{ host: "127.0.0.1", port: watched.sentinel.port }];
    await survivesFailover(watched, fromNodeRedisSentinel({ name: NAME, sentinelRootNodes }));
  }, 60_000);

  it("through ioredis", async () => {
    const watched = await startWatched();
    const sentinels = [{ host: "127.0.0.1", port: watched.sentinel.port }];
    const model = new Redis({ sentinels, name: NAME, lazyConnect: true });
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

async function startWatched(): Promise<Watched> {
  const master = await started(RedisServer.start());
  const replica = await started(
    RedisServer.start(["replicaof", `127.0.0.1 ${master.port}`], ["repl-diskless-sync-delay", "0"]),
  );
  const sentinel = await started(RedisServer.startSentinel());
  await sentinel.command("SENTINEL", "MONITOR", NAME, "127.0.0.1", `${master.port}`, "1");
  for (const [option, value] of [
    ["down-after-milliseconds", "500"],
    ["failover-timeout", "5000"],
  ] as const) {
    await sentinel.command("SENTINEL", "SET", NAME, option, value);
  }
  await eventually(async () =>
    (await replica.command("INFO", "replication")).includes("master_link_status:up"),
  );
  await eventually(async () =>
    (await sentinel.command("SENTINEL", "REPLICAS", NAME)).includes(`${replica.port}`),
  );
  return { master, sentinel };
}

async function started(starting: Promise<RedisServer>): Promise<RedisServer> {
  const server = await starting;
  onTestFinished(() => server.close());
  return server;
}
