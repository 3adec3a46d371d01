import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { FaultyProxy } from "../support/faulty-proxy.ts";
import type { RedisServer } from "../support/redis-server.ts";
import { eventually } from "./support/eventually.ts";
import { RedisNode } from "./support/redis-node.ts";
import { startRedis } from "./support/start-redis.ts";

async function follow(master: RedisServer) {
  const way = await FaultyProxy.before(master.url);
  const replica = await startRedis(["replicaof", `127.0.0.1 ${way.port}`]);
  await eventually(async () => (await replica.command("ROLE")).includes("connected"));
  return { replica, way };
}

async function reach(name: string, { url }: RedisServer) {
  const way = await FaultyProxy.before(url);
  return { way, node: await RedisNode.open(name, { url: `redis://127.0.0.1:${way.port}` }) };
}

async function turn(way: FaultyProxy, { port }: RedisServer): Promise<void> {
  way.target = port;
  way.breakAll();
}

async function lengthOf(redis: RedisServer): Promise<string> {
  return await redis.command("XLEN", "{encke}:log");
}

describe("a master that takes writes beside the one in its place", () => {
  it("is believed by nobody where it must have a replica", async () => {
    const master = await startRedis();
    const { replica, way } = await follow(master);
    await master.command("CONFIG", "SET", "min-replicas-to-write", "1");
    const [a, b] = [await reach("a", master), await reach("b", master)];
    await a.node.say("1");
    await until(() => a.node.heard.length === 1 && b.node.heard.length === 1);
    await way.become("black-hole");
    const before = await lengthOf(master);
    let isSaid = false;
    const said = a.node.say("to the old one").then(() => {
      isSaid = true;
    });
    await eventually(async () => (await lengthOf(master)) !== before);
    await replica.command("REPLICAOF", "NO", "ONE");
    await turn(b.way, replica);
    await b.node.say("to the new one");
    await until(() => b.node.heard.length === 2);
    expect([a.node.heard, isSaid]).toEqual([["1"], false]);
    await turn(a.way, replica);
    await said;
    await until(() => a.node.heard.length === 3 && b.node.heard.length === 3);
    expect(a.node.heard).toEqual(["1", "to the new one", "to the old one"]);
    expect([b.node.heard, b.node.positions]).toEqual([a.node.heard, a.node.positions]);
    expect([...a.node.gaps, ...b.node.gaps]).toEqual([]);
  });
});
