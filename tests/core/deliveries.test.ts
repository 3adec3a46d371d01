import type { Batch } from "@encke/core";
import { describe, expect, it } from "vitest";
import { acknowledging } from "../support/acknowledging.ts";
import { deliveriesIn, SocketTalker, type Talker } from "../support/talker.ts";
import { LATER, World } from "../support/world.ts";

async function subscribers(world: World, count: number): Promise<Talker[]> {
  const talkers: Talker[] = [];
  for (let one = 0; one < count; one++) talkers.push(await world.subscriber("/a"));
  return talkers;
}

describe("what one turn brings for a client", () => {
  it("leaves in one write over a stream", async () => {
    const world = new World();
    const talker = await world.subscriber("/a");
    const { responder } = talker.stream();
    for (const data of [1, 2, 3]) void world.comet.publish("/a", data);
    await world.scheduler.settle();
    expect(responder.batches).toEqual([]);
    world.ports.endTurn();
    expect(responder.batches.map(({ json }) => json)).toEqual([
      '[{"channel":"/a","data":1},{"channel":"/a","data":2},{"channel":"/a","data":3}]',
    ]);
  });

  it("leaves in one answer to a poll", async () => {
    const world = new World();
    const talker = await world.subscriber("/a");
    const { responder } = talker.poll();
    for (const data of [1, 2, 3]) void world.comet.publish("/a", data);
    await world.settle();
    expect(responder.batches).toHaveLength(1);
    expect(responder.batches[0]?.messages).toHaveLength(4);
  });
});

describe("what waits for a client that asks for something on the connection of its held connect", () => {
  async function onSocket(world: World): Promise<SocketTalker> {
    const talker = new SocketTalker(world.comet);
    const { clientId = "" } = await world.reply(talker.handshake());
    talker.clientId = clientId;
    await world.answer(talker.subscribe("/a"));
    await world.answer(talker.stream());
    return talker;
  }

  it("leaves in one write with the reply, behind it, and once", async () => {
    const world = new World();
    const talker = await onSocket(world);
    const held = talker.stream().responder;
    const { responder } = talker.publish("/a", 1);
    const reply = '{"channel":"/a","id":"5","successful":true}';
    expect(responder.batches.map(({ json }) => json)).toEqual([
      `[${reply},{"channel":"/a","data":1}]`,
    ]);
    await world.settle();
    expect(held.batches).toEqual([]);
    expect(world.comet.stats().delivered).toBe(1);
  });

  it("leaves where its connect is held, when that is another connection", async () => {
    const world = new World();
    const talker = await onSocket(world);
    const held = talker.stream().responder;
    const elsewhere = new SocketTalker(world.comet);
    elsewhere.clientId = talker.clientId;
    const { responder } = elsewhere.publish("/a", 1);
    await world.settle();
    expect(responder.received).toMatchObject([{ successful: true }]);
    expect(held.received).toMatchObject([{ data: 1 }]);
  });

  it("leaves on the stream that it has beside its connects", async () => {
    const world = new World();
    const talker = await onSocket(world);
    world.comet.announce("eventsource", { timeout: 0 });
    const stream = talker.openStream().responder;
    await world.settle();
    const { responder } = talker.publish("/a", 1);
    await world.settle();
    expect(responder.received).toMatchObject([{ successful: true }]);
    expect(stream.received).toMatchObject([{ data: 1 }]);
  });

  it("waits while the peer reads too slowly", async () => {
    const world = new World();
    const talker = await onSocket(world);
    const held = talker.stream().responder;
    held.fill();
    await world.comet.publish("/a", 1);
    await world.settle();
    const { responder } = talker.publish("/a", 2);
    await world.settle();
    expect(responder.received).toMatchObject([{ successful: true }]);
    held.drain();
    await world.settle();
    expect(held.received).toMatchObject([{ data: 1 }, { data: 2 }]);
  });

  it("leaves with a connect where it is acknowledged", async () => {
    const world = new World();
    world.comet.use(acknowledging);
    world.comet.on("handshaking", (event) => {
      event.acknowledges = true;
    });
    const talker = await onSocket(world);
    const held = talker.stream().responder;
    const { responder } = talker.publish("/a", 1);
    await world.settle();
    expect(responder.received).toMatchObject([{ successful: true }]);
    expect(held.received).toMatchObject([{ data: 1 }, { channel: "/meta/connect" }]);
  });

  it("waits for the next connect where the peer has left, which nobody has noticed yet", async () => {
    const world = new World({ kind: LATER });
    const talker = await onSocket(world);
    const held = talker.stream().responder;
    await world.settle();
    const { responder } = talker.publish("/a", 1);
    await world.scheduler.settle();
    responder.fade();
    await world.scheduler.drain(() => 0);
    held.leave();
    await world.settle();
    expect(held.received).toEqual([]);
    expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([{ data: 1 }]);
  });
});

describe("those who get the same in one turn", () => {
  it("share one batch over streams, so that it is framed once", async () => {
    const world = new World();
    const streams = (await subscribers(world, 3)).map((talker) => talker.stream().responder);
    await world.comet.publish("/a", 1);
    await world.settle();
    const batches = new Set<Batch | undefined>(streams.map((stream) => stream.batches[0]));
    expect(batches.size).toBe(1);
    expect(streams[0]?.batches[0]?.json).toBe('[{"channel":"/a","data":1}]');
  });

  it("do not share it with those who get something else", async () => {
    const world = new World();
    const [one, other] = (await subscribers(world, 2)) as [Talker, Talker];
    await world.answer(other.subscribe("/b"));
    const streams = [one, other].map((talker) => talker.stream().responder);
    for (const channel of ["/a", "/b"]) void world.comet.publish(channel, 1);
    await world.settle();
    expect(streams.map(({ received }) => received.length)).toEqual([1, 2]);
  });

  it("share nothing with those of a later turn", async () => {
    const world = new World();
    const [one, other] = (await subscribers(world, 2)) as [Talker, Talker];
    await world.comet.publish("/a", 1);
    const first = one.stream().responder;
    world.ports.endTurns();
    const second = other.stream().responder;
    expect(first.batches[0]?.json).toBe(second.batches[0]?.json);
    expect(first.batches[0]).not.toBe(second.batches[0]);
  });
});

describe("a delivery to very many", () => {
  it("lets others have their turn after 10 ms, and goes on after that", async () => {
    const world = new World();
    const count = 200;
    const streams = (await subscribers(world, count)).map((talker) => talker.stream().responder);
    const served = (): number => streams.filter(({ received }) => received.length > 0).length;
    await world.comet.publish("/a", 1);
    // The clock is looked at after each 16 clients, and each look takes 3.5 ms.
    world.ports.msPerLook = 3.5;
    const servedAfter = new Set<number>();
    while (world.ports.turns > 0) {
      world.ports.endTurn();
      servedAfter.add(served());
    }
    expect([...servedAfter]).toEqual([48, 96, 144, 192, 200]);
    expect(streams.every(({ batches }) => batches.length === 1)).toBe(true);
  });

  it("is interrupted by what others ask, and brings what they publish after it", async () => {
    const world = new World();
    const streams = (await subscribers(world, 100)).map((talker) => talker.stream().responder);
    const other = await world.client();
    await world.comet.publish("/a", 1);
    world.ports.msPerLook = 3.5;
    world.ports.endTurn();
    const exchange = other.say({ channel: "/a", data: 2 });
    await world.scheduler.settle();
    expect(exchange.responder.hasEnded).toBe(true);
    expect(streams.some(({ received }) => received.length === 0)).toBe(true);
    world.ports.endTurns();
    const data = streams.map(({ received }) => received.map((message) => message.data));
    expect(data.every((each) => each.join() === "1,2")).toBe(true);
  });

  it("passes over those that have left in the meantime", async () => {
    const world = new World();
    const talkers = await subscribers(world, 3);
    const streams = talkers.map((talker) => talker.stream().responder);
    await world.comet.publish("/a", 1);
    streams[1]?.leave();
    void world.comet.disconnect(talkers[2]?.clientId ?? "");
    await world.settle();
    expect(streams.map(({ received }) => received.length)).toEqual([1, 0, 2]);
    expect(streams.flatMap(({ faults }) => faults)).toEqual([]);
    expect(world.comet.stats().delivered).toBe(2);
  });
});

describe("many messages in one request, each for very many", () => {
  const publications = [1, 2, 3, 4].map((data) => ({ channel: "/a", data }));

  it("let others have their turn after 4 ms, and are handled in order", async () => {
    const world = new World();
    const talker = await world.subscriber("/a");
    world.ports.msPerLook = 2.5;
    const exchange = talker.say(...publications);
    await world.scheduler.settle();
    expect(world.comet.stats().published).toBe(1);
    world.ports.endTurn();
    await world.scheduler.settle();
    expect(world.comet.stats().published).toBe(3);
    const replies = await world.answer(exchange);
    expect(replies.map(({ successful }) => successful)).toEqual([true, true, true, true]);
    expect(deliveriesIn(await world.answer(talker.poll())).map(({ data }) => data)).toEqual([
      1, 2, 3, 4,
    ]);
  });

  it("are handled at once where they take no time", async () => {
    const world = new World();
    const talker = await world.subscriber("/a");
    talker.say(...publications);
    expect(world.comet.stats().published).toBe(4);
  });
});

describe("a message for a peer that has left, which nobody has noticed yet,", () => {
  it.each(["poll", "stream"] as const)("waits for its next connect after a %s", async (type) => {
    const world = new World();
    const talker = await world.subscriber("/a");
    const { responder } = talker[type]();
    responder.fade();
    await world.comet.publish("/a", 1);
    await world.settle();
    responder.leave();
    expect(responder.received).toEqual([]);
    expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([{ data: 1 }]);
    expect(responder.faults).toEqual([]);
  });
});

describe("a message published while others are delivered", () => {
  it("comes after them, to everybody", async () => {
    const world = new World();
    const streams = (await subscribers(world, 2)).map((talker) => talker.stream().responder);
    let isFirst = true;
    world.comet.on("delivered", () => {
      if (isFirst) void world.comet.publish("/a", 2);
      isFirst = false;
    });
    await world.comet.publish("/a", 1);
    await world.settle();
    for (const { received } of streams) {
      expect(received.map(({ data }) => data)).toEqual([1, 2]);
    }
  });
});
