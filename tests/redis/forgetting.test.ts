import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { FaultyProxy } from "../support/faulty-proxy.ts";
import { deliveriesIn, type Exchange, Talker } from "../support/talker.ts";
import { eventually } from "./support/eventually.ts";
import { answerTo, arrive, openComet } from "./support/redis-comet.ts";
import { RedisNode } from "./support/redis-node.ts";
import { startRedis } from "./support/start-redis.ts";

const TTL = 60_000;

describe("Redis that has forgotten", () => {
  it("has everything again that its nodes know, where it was", async () => {
    const redis = await startRedis();
    const [a, b] = [
      await RedisNode.open("a", { url: redis.url }),
      await RedisNode.open("b", { url: redis.url }),
    ];
    const start = await a.store.log.head(0);
    for (const text of ["1", "2", "3"]) await (text === "2" ? b : a).say(text);
    await until(() => a.heard.length === 3 && b.heard.length === 3);
    await redis.kill();
    await redis.run();
    expect(await b.readAfter(start)).toEqual([["1", "2", "3"], false]);
    await b.say("4");
    await until(() => a.heard.length === 4 && b.heard.length === 4);
    expect(a.heard).toEqual(["1", "2", "3", "4"]);
    expect(b.heard).toEqual(a.heard);
    expect([a.gaps, b.gaps]).toEqual([[], []]);
    expect(a.positions).toEqual(b.positions);
  });

  it("has what one node was told is stored, although nobody has read it", async () => {
    const redis = await startRedis();
    const proxy = await FaultyProxy.before(redis.url);
    const a = await RedisNode.open("a", { url: redis.url });
    const b = await RedisNode.open("b", { url: `redis://127.0.0.1:${proxy.port}` });
    await proxy.become("black-hole");
    const position = await a.say("only a knows");
    await redis.kill();
    await redis.run();
    await proxy.become("pass");
    await a.say("after");
    await until(() => b.heard.includes("after"));
    expect([b.heard, b.gaps]).toEqual([["only a knows", "after"], []]);
    expect(b.positions[0]).toBe(position);
  });

  it("is found out in the answer to a call, too, and without a broken connection", async () => {
    const redis = await startRedis();
    const a = await RedisNode.open("a", { url: redis.url });
    const start = await a.store.log.head(0);
    await a.say("1");
    await until(() => a.heard.length === 1);
    await redis.command("FLUSHALL");
    await a.say("2");
    expect(await a.readAfter(start)).toEqual([["1", "2"], false]);
  });

  it("knows again who has published what was put back", async () => {
    const redis = await startRedis();
    const a = await RedisNode.open("a", { url: redis.url });
    const producer = { key: "ö", sequence: 3 };
    const said = { channel: "/room", json: "1", producer };
    await a.say("0");
    const { position } = await a.store.log.append(said);
    await until(() => a.heard.length === 2);
    await redis.command("FLUSHALL");
    const again = await a.store.log.append(said);
    expect(again).toEqual({ position, isDuplicate: true });
    const next = { ...said, json: "2", producer: { ...producer, sequence: 4 } };
    expect(await a.store.log.append(next)).toMatchObject({ isDuplicate: false });
    await until(() => a.heard.includes("2"));
    expect(a.heard).toEqual(["0", "1", "2"]);
  });

  it("only where its log has got goes on behind what is in it, and knows how much that is", async () => {
    const redis = await startRedis();
    const node = await RedisNode.open("a", { url: redis.url });
    const start = await node.store.log.head(0);
    await node.say("1");
    // Which puts more than messages into the log.
    await node.store.clients.create("c", "{}", TTL);
    for (const name of ["a", "b"]) await node.store.clients.claim("c", name, TTL);
    await until(() => node.news.length > 0);
    const bytes = async (): Promise<number> =>
      Number((await redis.command("HGET", "{encke}:meta", "written")).split("\r\n")[1]);
    const before = await bytes();
    await redis.command("DEL", "{encke}:meta");
    expect(await node.readAfter(start)).toEqual([["1"], false]);
    expect(Math.abs((await bytes()) - before)).toBeLessThan(before / 4);
    await node.say("2");
    await until(() => node.heard.length === 2);
    expect([node.heard, node.gaps]).toEqual([["1", "2"], []]);
    expect(await node.readAfter(start)).toEqual([["1", "2"], false]);
  });

  it("has what was published before the only node came that is left", async () => {
    const redis = await startRedis();
    const gone = await RedisNode.open("gone", { url: redis.url });
    const start = await gone.store.log.head(0);
    for (const text of ["1", "2"]) await gone.say(text);
    const late = await RedisNode.open("late", { url: redis.url });
    await gone.close();
    await redis.kill();
    await redis.run();
    await late.say("3");
    expect(await late.readAfter(start)).toEqual([["1", "2", "3"], false]);
  });

  it("leaves a gap where no node knows what was there", async () => {
    const redis = await startRedis();
    const gone = await RedisNode.open("gone", { url: redis.url });
    const start = await gone.store.log.head(0);
    await gone.say("1");
    await gone.close();
    await redis.kill();
    await redis.run();
    const late = await RedisNode.open("late", { url: redis.url });
    await late.say("2");
    expect(await late.readAfter(start)).toEqual([["2"], true]);
  });

  it("gives out no position again", async () => {
    const redis = await startRedis();
    const node = await RedisNode.open("a", { url: redis.url });
    const before = await node.say("before");
    await node.close();
    await redis.kill();
    await redis.run();
    const next = await RedisNode.open("a", { url: redis.url });
    expect(await next.say("after")).toBeGreaterThan(before);
  });
});

describe("clients of a Redis that has forgotten everything", () => {
  it.each([
    ["where it was held", false],
    ["elsewhere", true],
  ])("go on %s, and miss nothing", async (_, isElsewhere) => {
    const redis = await startRedis();
    const here = await openComet({ url: redis.url });
    const there = await openComet({ url: redis.url });
    const talker = await arrive(here, { ext: { ack: true } });
    await answerTo(talker.poll());
    await answerTo(talker.subscribe("/a", "/b/*"));
    const held = talker.poll();
    await redis.command("FLUSHALL");
    const back = new Talker(isElsewhere ? there : here);
    back.clientId = talker.clientId;
    await here.publish("/a", 1);
    await there.publish("/b/c", 2);
    const received: unknown[] = [];
    for (let poll = held, ack = 0; received.length < 2; ) {
      await eventually(() => isAnswered(poll));
      const messages = poll.responder.received;
      received.push(...deliveriesIn(messages).map(({ data }) => data));
      ack = Number((messages.at(-1)?.ext as { ack?: number } | undefined)?.ack ?? ack);
      expect(messages.at(-1)).toMatchObject({ channel: "/meta/connect", successful: true });
      poll = back.poll({ ext: { ack } });
    }
    expect(received).toEqual([1, 2]);
  });

  it("are those of the node that claimed them last, whoever puts them back first", async () => {
    const redis = await startRedis();
    const a = await RedisNode.open("a", { url: redis.url });
    const { clients } = a.store;
    const record = { id: "c", cursor: [5], subscriptions: new Map([["/a", [3]]]), data: "{}" };
    expect(await clients.putBack({ ...record, owner: "a", generation: 1 }, TTL)).toBe(true);
    expect(await clients.putBack({ ...record, owner: "b", generation: 2 }, TTL)).toBe(true);
    expect(await clients.putBack({ ...record, owner: "a", generation: 1 }, TTL)).toBe(false);
    expect(await clients.claim("c", "d", TTL)).toEqual({ ...record, owner: "d", generation: 3 });
    expect((await clients.whereSubscribedTo("/a", 10)).ids).toEqual(["c"]);
  });

  it("are unknown when nobody has put them back for two seconds", async () => {
    const redis = await startRedis();
    const a = await RedisNode.open("a", { url: redis.url });
    await a.store.clients.create("gone", "{}", TTL);
    await a.say("1");
    await until(() => a.heard.length === 1);
    await redis.command("FLUSHALL");
    expect(await a.store.clients.claim("gone", "a", TTL)).toBeUndefined();
    expect(a.forgotten).toBeGreaterThan(0);
  });
});

function isAnswered({ responder }: Exchange): boolean {
  responder.flush();
  return responder.received.length > 0;
}
