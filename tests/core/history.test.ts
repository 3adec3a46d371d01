import type { CometEvents, IStore, ReplayRequest } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import { describe, expect, it } from "vitest";
import { deliveriesIn, type Exchange, type Talker } from "../support/talker.ts";
import { STORE_KINDS, World, type WorldOptions } from "../support/world.ts";

/** A Comet whose clients ask for what was kept by `ext.replay`. */
function worldOf(options: WorldOptions = {}): World {
  const world = new World(options);
  world.comet.on("subscribing", (event) => {
    event.replay = (event.message.ext?.replay as ReplayRequest | undefined) ?? event.replay;
  });
  return world;
}

async function publish(world: World, ...data: readonly unknown[]): Promise<void> {
  for (const item of data) {
    void world.comet.publish("/kept", item);
    await world.settle();
  }
}

async function subscribe(world: World, talker: Talker, replay?: ReplayRequest): Promise<void> {
  const message = { channel: "/meta/subscribe", subscription: "/kept" };
  await world.answer(talker.say({ ...message, ...(replay && { ext: { replay } }) }));
}

async function dataOf(world: World, exchange: Exchange): Promise<unknown[]> {
  return deliveriesIn(await world.answer(exchange)).map(({ data }) => data);
}

async function positions(world: World): Promise<number[]> {
  const found: number[] = [];
  world.comet.on("published", ({ position }) => found.push(position));
  return found;
}

describe.each(STORE_KINDS)("a channel with a history, over $name", (kind) => {
  it("gives a late subscriber all that is kept, before what is published later", async () => {
    const world = worldOf({ kind });
    world.comet.channel("/kept", { history: { count: 10 } });
    await publish(world, 1, 2);
    const talker = await world.connected();
    await subscribe(world, talker, { since: -2 });
    await publish(world, 3);
    expect(await dataOf(world, talker.poll())).toEqual([1, 2, 3]);
  });

  it("gives the last ones, or those since a position, or none", async () => {
    const world = worldOf({ kind });
    world.comet.channel("/kept", { history: {} });
    const published = await positions(world);
    await publish(world, 1, 2, 3);
    for (const [replay, data] of [
      [{ last: 2 }, [2, 3]],
      [{ since: published[1] as number }, [3]],
      [{ last: 0 }, []],
      [{ since: -1 }, []],
    ] as const) {
      const talker = await world.connected();
      await subscribe(world, talker, replay);
      expect(await dataOf(world, talker.poll({ advice: { timeout: 0 } }))).toEqual(data);
    }
  });

  it("gives what its options say to those who do not ask", async () => {
    const world = worldOf({ kind });
    world.comet.channel("/kept", { history: { replay: 1 } });
    await publish(world, 1, 2);
    const talker = await world.connected();
    await subscribe(world, talker);
    expect(await dataOf(world, talker.poll())).toEqual([2]);
  });

  it("keeps no more than its options say", async () => {
    const world = worldOf({ kind });
    world.comet.channel("/kept", { history: { count: 2, ms: 5_000 } });
    await publish(world, 1, 2, 3);
    const talker = await world.connected();
    await subscribe(world, talker, { since: -2 });
    expect(await dataOf(world, talker.poll())).toEqual([2, 3]);
    await world.pass(5_100);
    const late = await world.connected();
    await subscribe(world, late, { since: -2 });
    expect(await dataOf(world, late.poll({ advice: { timeout: 0 } }))).toEqual([]);
  });

  it("tells who asks for more than is kept that there is a gap", async () => {
    const world = worldOf({ kind });
    world.comet.channel("/kept", { history: { count: 1 } });
    const gaps: CometEvents["gap"][] = [];
    world.comet.on("gap", (event) => gaps.push(event));
    const published = await positions(world);
    await publish(world, 1, 2, 3);
    const talker = await world.connected();
    const [first] = published as [number];
    await subscribe(world, talker, { since: first });
    const received = await world.answer(talker.poll());
    expect(deliveriesIn(received)).toMatchObject([{ data: 3 }]);
    expect(received.at(-1)?.ext?.gap).toEqual({ from: first, to: (published[2] as number) - 1 });
    expect(gaps).toHaveLength(1);
  });

  it("gives all that is kept to who names a position of another log, and tells of a gap", async () => {
    const world = worldOf({ kind });
    world.comet.channel("/kept", { history: {} });
    const published = await positions(world);
    await publish(world, 1, 2);
    const talker = await world.connected();
    await subscribe(world, talker, { since: 1_000_000 });
    const received = await world.answer(talker.poll());
    expect(deliveriesIn(received)).toMatchObject([{ data: 1 }, { data: 2 }]);
    expect(received.at(-1)?.ext?.gap).toEqual({ from: 0, to: (published[0] as number) - 1 });
  });

  it("tells of a gap again when the answer that told it did not leave, and then no more", async () => {
    const world = worldOf({ kind });
    world.comet.channel("/kept", { history: { count: 1 } });
    const published = await positions(world);
    await publish(world, 1, 2, 3);
    const talker = await world.connected();
    await subscribe(world, talker, { since: published[0] as number });
    const lost = talker.poll();
    await world.settle();
    lost.responder.leave();
    await world.settle();
    const [delivery, reply] = await world.answer(talker.poll());
    expect([delivery?.data, reply?.ext?.gap]).toEqual([3, expect.anything()]);
    const next = talker.poll();
    await world.settle();
    expect(next.responder.isOver).toBe(false);
  });

  it("gives nothing twice to one who subscribes again", async () => {
    const world = worldOf({ kind });
    world.comet.channel("/kept", { history: {} });
    await publish(world, 1);
    const talker = await world.connected();
    await subscribe(world, talker, { since: -2 });
    await subscribe(world, talker, { since: -2 });
    expect(await dataOf(world, talker.poll())).toEqual([1]);
  });

  it("gives a publisher nothing of its own where that is not wanted", async () => {
    const world = worldOf({ kind });
    world.comet.channel("/kept", { history: {}, broadcastToPublisher: false });
    const talker = await world.connected();
    await world.answer(talker.publish("/kept", "own"));
    await publish(world, "other");
    await subscribe(world, talker, { since: -2 });
    expect(await dataOf(world, talker.poll())).toEqual(["other"]);
  });

  it("gives one who acknowledges each message until it is acknowledged", async () => {
    const world = worldOf({ kind });
    world.comet.channel("/kept", { history: {} });
    world.comet.on("handshaking", (event) => {
      event.acknowledges = true;
    });
    await publish(world, 1, 2);
    const talker = await world.connected();
    await subscribe(world, talker, { since: -2 });
    await publish(world, 3);
    const client = world.comet.client(talker.clientId);
    const connect = (): Exchange => talker.poll({ advice: { timeout: 0 } });
    expect(await dataOf(world, connect())).toEqual([1, 2, 3]);
    expect(await dataOf(world, connect())).toEqual([1, 2, 3]);
    client?.acknowledge(client.position);
    expect(await dataOf(world, connect())).toEqual([]);
  });

  it("gives it again to one who has acknowledged all that was published, and not this", async () => {
    const world = worldOf({ kind });
    world.comet.channel("/kept", { history: {} });
    world.comet.on("handshaking", (event) => {
      event.acknowledges = true;
    });
    await publish(world, 1);
    const talker = await world.subscriber("/other");
    void world.comet.publish("/other", 2);
    await world.settle();
    const client = world.comet.client(talker.clientId);
    const connect = (): Exchange => talker.poll({ advice: { timeout: 0 } });
    expect(await dataOf(world, connect())).toEqual([2]);
    const acknowledged = client?.position as number;
    client?.acknowledge(acknowledged);
    await subscribe(world, talker, { since: -2 });
    expect(await dataOf(world, connect())).toEqual([1]);
    client?.acknowledge(acknowledged);
    expect(await dataOf(world, connect())).toEqual([1]);
  });

  it("gives again over a stream what an earlier stream may have lost of it", async () => {
    const world = worldOf({ kind });
    world.comet.announce("eventsource", { timeout: 0 });
    world.comet.channel("/kept", { history: {} });
    const talker = await world.connected();
    const { started } = talker.openStream();
    await world.settle();
    const { position } = (await started) ?? {};
    await publish(world, 1, 2);
    await subscribe(world, talker, { since: -2 });
    const again = talker.openStream(position);
    await world.settle();
    expect(deliveriesIn(again.responder.received).map(({ data }) => data)).toEqual([1, 2]);
  });

  it("writes its position into a message where an extension wants it", async () => {
    const world = worldOf({ kind });
    world.comet.channel("/kept", { history: {} });
    world.comet.use({
      name: "positions",
      outgoing(message, { position }) {
        if (position !== undefined) message.ext = { position, after: "it" };
      },
    });
    const published = await positions(world);
    const early = await world.subscriber("/kept", "/other");
    await publish(world, 1, 2);
    void world.comet.publish("/other", 3);
    await world.settle();
    const received = deliveriesIn(await world.answer(early.poll()));
    expect(received.map(({ ext }) => ext?.position)).toEqual([...published.slice(0, 2), undefined]);
    const late = await world.connected();
    await subscribe(world, late, { since: -2 });
    const kept = deliveriesIn(await world.answer(late.poll()));
    expect(kept.map(({ ext }) => ext)).toEqual([
      { position: published[0], after: "it" },
      { position: published[1], after: "it" },
    ]);
  });
});

describe("what is told of a message to which an extension gives its position", () => {
  it("is what was published", async () => {
    const world = worldOf();
    const asked: unknown[] = [];
    const conflate = (data: unknown): undefined => void asked.push(data);
    world.comet.channel("/kept", { history: {}, conflate });
    world.comet.use({
      name: "positions",
      outgoing(message, { position }) {
        message.data = { position };
      },
    });
    const told: unknown[] = [];
    world.comet.on("published", ({ data }) => told.push(data));
    await publish(world, "text");
    expect([asked, told]).toEqual([["text"], ["text"]]);
  });
});

describe("a channel without a history", () => {
  it("gives late subscribers nothing, whatever they ask for", async () => {
    const world = worldOf();
    await publish(world, 1);
    const talker = await world.connected();
    await subscribe(world, talker, { since: -2 });
    expect(await dataOf(world, talker.poll({ advice: { timeout: 0 } }))).toEqual([]);
  });

  it("is all that there is over a store that keeps none", () => {
    const store: IStore = new MemoryStore();
    Reflect.deleteProperty(store, "history");
    const world = worldOf({ store });
    expect(() => world.comet.channel("/kept", { history: {} })).toThrow(
      expect.objectContaining({ code: "options_invalid" }),
    );
  });
});
