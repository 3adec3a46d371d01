import { describe, expect, it } from "vitest";
import { deliveriesIn, type OpenedStream, type Talker } from "../support/talker.ts";
import { STORE_KINDS, World, type WorldOptions } from "../support/world.ts";

function worldOf(options: WorldOptions): World {
  const world = new World(options);
  world.comet.announce("eventsource", { timeout: 0, interval: 30_000 });
  return world;
}

async function open(world: World, talker: Talker, after?: number): Promise<OpenedStream> {
  const stream = talker.openStream(after);
  await world.settle();
  return stream;
}

async function publish(world: World, ...data: readonly unknown[]): Promise<void> {
  for (const item of data) {
    void world.comet.publish("/a", item);
    await world.settle();
  }
}

function dataIn({ responder }: Pick<OpenedStream, "responder">): unknown[] {
  return deliveriesIn(responder.received).map(({ data }) => data);
}

describe.each(STORE_KINDS)("a stream beside the connects, over $name", (kind) => {
  it("brings what is published, and what waited before it", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    await publish(world, 1);
    const stream = await open(world, talker);
    await publish(world, 2, 3);
    expect(dataIn(stream)).toEqual([1, 2, 3]);
    expect(world.comet.client(talker.clientId)?.isHeld).toBe(true);
  });

  it("is not for a client that there is not, and leaves its result alone", async () => {
    const world = worldOf({ kind });
    const talker = await world.client();
    talker.clientId = "nobody";
    const stream = await open(world, talker);
    expect(await stream.started).toBeUndefined();
    expect(stream.responder.isOver).toBe(false);
  });

  it("is not for a client that is limited to other connection types", async () => {
    const world = worldOf({ kind });
    const talker = await world.client();
    const limited = world.comet.createClient({ connectionTypes: ["long-polling"] });
    await world.settle();
    talker.clientId = (await limited).id;
    const stream = await open(world, talker);
    expect(await stream.started).toBeUndefined();
  });

  it("keeps messages out of the replies to connects", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    const stream = await open(world, talker);
    stream.responder.fill();
    await publish(world, 1, 2);
    const answer = await world.answer(talker.poll({ connectionType: "eventsource" }));
    expect(answer).toMatchObject([{ channel: "/meta/connect", successful: true }]);
    stream.responder.drain();
    await world.settle();
    expect(dataIn(stream)).toEqual([1, 2]);
  });

  it("answers a connect of its type at once, with the advice when to come back", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber();
    await open(world, talker);
    const reply = await world.reply(talker.poll({ connectionType: "eventsource" }));
    expect(reply.advice).toEqual({ reconnect: "retry", interval: 30_000 });
  });

  it("ends when the client connects in another way, and its messages leave there", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    const stream = await open(world, talker);
    const poll = talker.poll();
    await world.settle();
    expect(stream.responder.hasEnded).toBe(true);
    await publish(world, 1);
    expect(deliveriesIn(await world.answer(poll))).toMatchObject([{ data: 1 }]);
  });

  it("stays open when the client connects for the first time, in whatever way", async () => {
    const world = worldOf({ kind });
    const talker = await world.client();
    const stream = await open(world, talker);
    expect(await world.reply(talker.poll())).toMatchObject({ successful: true });
    expect(stream.responder.hasEnded).toBe(false);
    expect(world.comet.client(talker.clientId)?.isHeld).toBe(true);
  });

  it("is counted as long as it is open", async () => {
    const world = worldOf({ kind });
    const [one, other] = [await world.subscriber("/a"), await world.subscriber("/a")];
    const streams = [await open(world, one), await open(world, other), await open(world, one)];
    expect(world.comet.stats().held).toBe(2);
    streams[1]?.responder.leave();
    await world.settle();
    expect(world.comet.stats().held).toBe(1);
    void world.comet.disconnect(one.clientId);
    await world.settle();
    expect(world.comet.stats().held).toBe(0);
  });

  it("answers a held connect when it is opened", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    const poll = talker.poll();
    await world.settle();
    const stream = await open(world, talker);
    expect(await world.reply(poll)).toMatchObject({ successful: true });
    await publish(world, 1);
    expect(dataIn(stream)).toEqual([1]);
  });

  it("gives way to a newer one, which it is told", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    const older = await open(world, talker);
    const newer = await open(world, talker);
    await publish(world, 1);
    expect(older.responder.received).toMatchObject([{ advice: { "multiple-clients": true } }]);
    expect(dataIn(newer)).toEqual([1]);
  });

  it("sends again what came after the position up to which the peer got it, once and in order", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    const first = await open(world, talker);
    await publish(world, 1, 2, 3);
    const position = first.responder.batches[0]?.messages[0]?.position as number;
    first.responder.leave();
    await publish(world, 4);
    const second = await open(world, talker, position);
    await publish(world, 5);
    expect(dataIn(second)).toEqual([2, 3, 4, 5]);
  });

  it("can be resumed where it began while a message still waited, and brings that", async () => {
    const world = worldOf({ kind });
    world.comet.channel("/a", { lazy: 5_000 });
    const talker = await world.subscriber("/a");
    await publish(world, 1);
    const first = await open(world, talker);
    const { position } = (await first.started) ?? {};
    first.responder.leave();
    await world.settle();
    const second = await open(world, talker, position);
    await world.pass(6_000);
    expect([...dataIn(first), ...dataIn(second)]).toEqual([1]);
  });

  it("can be resumed where it broke while what it is to bring again still waits", async () => {
    const world = worldOf({ kind });
    world.comet.channel("/a", { lazy: 5_000 });
    const talker = await world.subscriber("/a");
    const first = await open(world, talker);
    await publish(world, 1);
    await world.pass(6_000);
    const position = first.responder.batches[0]?.messages[0]?.position as number;
    await publish(world, 2);
    await world.pass(6_000);
    first.responder.leave();
    const second = await open(world, talker, position);
    second.responder.leave();
    const third = await open(world, talker, (await second.started)?.position);
    await world.pass(6_000);
    expect(dataIn(first)).toEqual([1, 2]);
    expect([...dataIn(second), ...dataIn(third)]).toEqual([2]);
  });

  it("does not send again what has left with a connect since", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    const { started } = await open(world, talker);
    const { position = 0 } = (await started) ?? {};
    await publish(world, 1);
    await world.answer(talker.poll());
    await publish(world, 2);
    await world.answer(talker.poll());
    const stream = await open(world, talker, position + 1);
    expect(dataIn(stream)).toEqual([]);
  });

  it("takes a position that was never given out for the newest", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    const stream = await open(world, talker, Number.MAX_SAFE_INTEGER);
    await publish(world, 1);
    expect(dataIn(stream)).toEqual([1]);
  });

  it("keeps its client alive, which has the usual time when it is gone", async () => {
    const world = worldOf({ kind, maxInterval: 5_000 });
    const talker = await world.subscriber("/a");
    const stream = await open(world, talker);
    await world.pass(60_000);
    expect(world.comet.client(talker.clientId)?.isAlive).toBe(true);
    stream.responder.leave();
    await world.pass(5_200);
    expect(world.comet.client(talker.clientId)).toBeUndefined();
  });

  it("ends with its client, which it is told", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    const stream = await open(world, talker);
    void world.comet.disconnect(talker.clientId);
    await world.settle();
    expect(stream.responder.received).toMatchObject([{ advice: { reconnect: "none" } }]);
    expect(stream.responder.hasEnded).toBe(true);
    expect(stream.responder.listeners).toBe(0);
  });

  it("ends with the Comet, with the advice to come back, and none is opened after", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    const stream = await open(world, talker);
    await world.close();
    expect(stream.responder.received).toMatchObject([{ advice: { reconnect: "retry" } }]);
    await expect(talker.openStream().started).rejects.toMatchObject({ code: "comet_closed" });
  });
});

describe("a type of connection with ways of its own", () => {
  it("is held for as long as it was announced with", async () => {
    const world = new World();
    world.comet.announce("websocket-like", { timeout: 90_000 });
    const talker = await world.connected();
    const stream = talker.stream({ connectionType: "websocket-like" });
    await world.pass(89_000);
    expect(stream.responder.hasEnded).toBe(false);
    await world.pass(1_200);
    expect(stream.responder.received).toMatchObject([{ advice: { timeout: 90_000, interval: 0 } }]);
  });

  it("is answered at once where that time is 0, even if there is nothing", async () => {
    const world = new World();
    world.comet.announce("polling", { timeout: 0, interval: 5_000 });
    const talker = await world.connected();
    const answer = await world.answer(talker.poll({ connectionType: "polling" }));
    expect(answer).toMatchObject([{ successful: true, advice: { interval: 5_000 } }]);
  });

  it("gives a client the time to come back that goes with its interval", async () => {
    const world = new World({ maxInterval: 5_000 });
    world.comet.announce("polling", { timeout: 0, interval: 60_000 });
    const talker = await world.connected();
    await world.answer(talker.poll({ connectionType: "polling" }));
    await world.pass(64_000);
    expect(world.comet.client(talker.clientId)?.isAlive).toBe(true);
    await world.pass(1_200);
    expect(world.comet.client(talker.clientId)).toBeUndefined();
  });
});
