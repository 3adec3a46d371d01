import type { ChannelOptions, CometEvents } from "@encke/core";
import { describe, expect, it } from "vitest";
import { deliveriesIn, type Exchange } from "../support/talker.ts";
import { STORE_KINDS, World } from "../support/world.ts";

async function publish(world: World, channel: string, ...data: readonly unknown[]): Promise<void> {
  for (const item of data) {
    void world.comet.publish(channel, item);
    await world.settle();
  }
}

async function dataOf(world: World, exchange: Exchange): Promise<unknown[]> {
  return deliveriesIn(await world.answer(exchange)).map(({ data }) => data);
}

describe.each(STORE_KINDS)("lazy messages, over $name", (kind) => {
  async function lazyWorld(): Promise<World> {
    const world = new World({ kind });
    world.comet.channel("/lazy/**", { lazy: 3_000 });
    return world;
  }

  it("wait for their time, and leave together", async () => {
    const world = await lazyWorld();
    const talker = await world.subscriber("/lazy/a");
    const poll = talker.poll();
    await world.settle();
    await publish(world, "/lazy/a", 1);
    await world.pass(2_000);
    await publish(world, "/lazy/a", 2);
    expect(poll.responder.isOver).toBe(false);
    await world.pass(1_200);
    expect(await dataOf(world, poll)).toEqual([1, 2]);
  });

  it("leave at once with a message that may not wait, in order", async () => {
    const world = await lazyWorld();
    const talker = await world.subscriber("/lazy/a", "/b");
    const poll = talker.poll();
    await world.settle();
    await publish(world, "/lazy/a", 1);
    await publish(world, "/b", 2);
    expect(await dataOf(world, poll)).toEqual([1, 2]);
    expect(world.comet.stats().timers).toBe(world.comet.stats().clients + 1);
  });

  it("do not keep a connect from being held, and leave with its reply", async () => {
    const world = await lazyWorld();
    const talker = await world.subscriber("/lazy/a");
    await publish(world, "/lazy/a", 1);
    const poll = talker.poll({ advice: { timeout: 1_000 } });
    await world.settle();
    expect(poll.responder.isOver).toBe(false);
    await world.pass(1_200);
    expect(await dataOf(world, poll)).toEqual([1]);
  });

  it("make a message wait for nothing that came before them", async () => {
    const world = await lazyWorld();
    const talker = await world.subscriber("/lazy/a", "/b");
    await publish(world, "/b", 1);
    await publish(world, "/lazy/a", 2);
    expect(await dataOf(world, talker.poll())).toEqual([1, 2]);
  });

  it("leave no timer behind for a client that goes", async () => {
    const world = await lazyWorld();
    const talker = await world.subscriber("/lazy/a");
    await publish(world, "/lazy/a", 1);
    await world.answer(talker.disconnect());
    expect(world.comet.stats().timers).toBe(1);
  });
});

describe.each(STORE_KINDS)("conflation, over $name", (kind) => {
  const bySymbol: ChannelOptions = {
    conflate: (data) => (data as { symbol?: string }).symbol,
  };

  it("keeps the latest message of each key while they wait, in the order of their publishing", async () => {
    const world = new World({ kind });
    world.comet.channel("/quotes", bySymbol);
    const talker = await world.subscriber("/quotes");
    const quotes = [
      { symbol: "A", price: 1 },
      { symbol: "B", price: 1 },
      { symbol: "A", price: 2 },
      { note: "without a key" },
      { symbol: "A", price: 3 },
    ];
    await publish(world, "/quotes", ...quotes);
    expect(await dataOf(world, talker.poll())).toEqual([quotes[1], quotes[3], quotes[4]]);
    await publish(world, "/quotes", quotes[0]);
    expect(await dataOf(world, talker.poll())).toEqual([quotes[0]]);
  });

  it("counts and tells each message that it throws away", async () => {
    const world = new World({ kind });
    world.comet.channel("/quotes", bySymbol);
    const told: CometEvents["overflow"][] = [];
    world.comet.on("overflow", (event) => told.push(event));
    await world.subscriber("/quotes");
    await publish(world, "/quotes", { symbol: "A" }, { symbol: "A" });
    expect(told).toMatchObject([{ channel: "/quotes", dropped: 1, policy: "conflate" }]);
    expect(world.comet.stats()).toMatchObject({ conflated: 1, dropped: 0 });
  });

  it("does not mix channels with the same keys", async () => {
    const world = new World({ kind });
    world.comet.channel("/quotes/*", bySymbol);
    const talker = await world.subscriber("/quotes/*");
    await publish(world, "/quotes/a", { symbol: "A" });
    await publish(world, "/quotes/b", { symbol: "A" });
    expect(await dataOf(world, talker.poll())).toHaveLength(2);
  });

  it("refuses the message when the function for the key fails", async () => {
    const world = new World({ kind, log: () => undefined });
    world.comet.channel("/quotes", {
      conflate: () => {
        throw new Error("no key");
      },
    });
    const talker = await world.connected();
    expect(await world.reply(talker.publish("/quotes", 1))).toMatchObject({
      successful: false,
      error: expect.stringMatching(/^500:/),
    });
  });
});

describe("the overflow policy of a channel", () => {
  it("decides before that of the Comet", async () => {
    const world = new World({ limits: { mailboxMessages: 2 } });
    world.comet.channel("/keep", { overflow: "drop-newest" });
    const talker = await world.subscriber("/keep");
    await publish(world, "/keep", 1, 2, 3);
    expect(await dataOf(world, talker.poll())).toEqual([1, 2]);
  });

  it("can be to send the client away", async () => {
    const world = new World({ limits: { mailboxMessages: 2 } });
    world.comet.channel("/strict", { overflow: "disconnect" });
    const talker = await world.subscriber("/strict");
    await publish(world, "/strict", 1, 2, 3);
    expect(world.comet.client(talker.clientId)).toBeUndefined();
  });
});

describe("other options of a channel", () => {
  it("keeps what a client publishes from itself", async () => {
    const world = new World();
    world.comet.channel("/quiet", { broadcastToPublisher: false });
    const talker = await world.subscriber("/quiet", "/loud");
    await world.answer(talker.publish("/quiet", 1));
    await world.answer(talker.publish("/loud", 2));
    expect(await dataOf(world, talker.poll())).toEqual([2]);
  });

  it("refuses a message that is too large, to the byte", async () => {
    const world = new World();
    const json = JSON.stringify({ channel: "/small", data: "é" });
    world.comet.channel("/small", { maxMessageBytes: json.length + 1 });
    const talker = await world.subscriber("/small");
    expect(await world.reply(talker.publish("/small", "é"))).toMatchObject({ successful: true });
    expect(await world.reply(talker.publish("/small", "éé"))).toMatchObject({
      successful: false,
      error: expect.stringMatching(/^413:/),
    });
    await expect(world.comet.publish("/small", "too much")).rejects.toMatchObject({
      code: "publish_cancelled",
    });
  });

  it("asks no policy to make a channel that is always there", async () => {
    const world = new World({ policies: { create: () => false } });
    world.comet.channel("/there/*", { persistent: true });
    const talker = await world.connected();
    expect(await world.reply(talker.subscribe("/there/a"))).toMatchObject({ successful: true });
    expect(await world.reply(talker.subscribe("/elsewhere"))).toMatchObject({ successful: false });
  });

  it("come from the closest pattern for each, and are gone when they are taken back", async () => {
    const world = new World();
    world.comet.channel("/a/**", { broadcastToPublisher: false, maxMessageBytes: 10_000 });
    const takeBack = world.comet.channel("/a/*", { broadcastToPublisher: true });
    world.comet.channel("/a/c", { broadcastToPublisher: false });
    const talker = await world.subscriber("/a/**");
    await world.answer(talker.publish("/a/b", 1));
    await world.answer(talker.publish("/a/c", 2));
    expect(await dataOf(world, talker.poll())).toEqual([1]);
    takeBack();
    await world.answer(talker.publish("/a/b", 3));
    const poll = talker.poll();
    await world.settle();
    expect(poll.responder.isOver).toBe(false);
  });

  it.each([
    [{ lazy: -1 }],
    [{ lazy: Number.POSITIVE_INFINITY }],
    [{ broadcastToPublisher: 1 }],
    [{ history: true }],
    [{ history: { count: 0 } }],
    [{ history: { lots: 1 } }],
    [{ maxMessageBytes: 0.5 }],
    [{ overflow: "conflate" }],
    [{ conflate: "symbol" }],
    [{ unknown: true }],
    [undefined],
  ])("are refused when they make no sense: %j", (options) => {
    const { comet } = new World();
    expect(() => comet.channel("/a", options as ChannelOptions)).toThrow(
      expect.objectContaining({ code: "options_invalid" }),
    );
  });

  it.each(["/service/a", "/meta/connect", "no channel"])("are not for %s", (pattern) => {
    const { comet } = new World();
    expect(() => comet.channel(pattern, {})).toThrow(
      expect.objectContaining({ code: "channel_pattern_invalid" }),
    );
  });
});
