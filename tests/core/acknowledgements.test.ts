import type { Message, Policies } from "@encke/core";
import { describe, expect, it } from "vitest";
import { SharedStore } from "../store/shared-store.ts";
import { acknowledging } from "../support/acknowledging.ts";
import { FakePorts } from "../support/fake-ports.ts";
import { deliveriesIn, Talker } from "../support/talker.ts";
import { STORE_KINDS, World, type WorldOptions } from "../support/world.ts";

function worldOf(options: WorldOptions = {}): World {
  const world = new World(options);
  world.comet.use(acknowledging);
  world.comet.on("handshaking", (event) => {
    event.acknowledges = true;
  });
  return world;
}

async function publish(world: World, ...data: readonly unknown[]): Promise<void> {
  for (const item of data) {
    void world.comet.publish("/a", item);
    await world.settle();
  }
}

/** What a connect brings, and the acknowledgement to send with the next one. */
async function connect(
  world: World,
  talker: Talker,
  ack: number,
): Promise<{ data: unknown[]; ack: number }> {
  const received = await world.answer(talker.poll({ ext: { ack }, advice: { timeout: 0 } }));
  return { data: dataIn(received), ack: received.at(-1)?.ext?.ack as number };
}

function dataIn(messages: readonly Message[]): unknown[] {
  return deliveriesIn(messages).map(({ data }) => data);
}

describe.each(STORE_KINDS)("a client that acknowledges, over $name", (kind) => {
  it("is told how far each answer brings it", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    await publish(world, 1, 2);
    const first = await connect(world, talker, -1);
    expect(first.data).toEqual([1, 2]);
    const second = await connect(world, talker, first.ack);
    expect(second).toEqual({ data: [], ack: first.ack });
  });

  it("is sent again what it has not acknowledged, before newer messages, at once and in order", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    await publish(world, 1);
    const first = await connect(world, talker, -1);
    await publish(world, 2, 3);
    await connect(world, talker, first.ack);
    await publish(world, 4);
    const again = talker.poll({ ext: { ack: first.ack } });
    expect(dataIn(await world.answer(again))).toEqual([2, 3, 4]);
  });

  it("gets messages with the replies to connects only, also where they could leave aside", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    const stream = talker.stream({ ext: { ack: -1 } });
    await world.settle();
    await publish(world, 1);
    expect(stream.responder.batches).toHaveLength(1);
    expect(stream.responder.received).toMatchObject([
      { channel: "/a", data: 1 },
      { channel: "/meta/connect", ext: { ack: expect.any(Number) } },
    ]);
  });

  it("counts messages as delivered once they are acknowledged", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    await publish(world, 1, 2);
    const { ack } = await connect(world, talker, -1);
    expect(world.comet.stats().delivered).toBe(0);
    await connect(world, talker, ack);
    expect(world.comet.stats().delivered).toBe(2);
  });

  it("keeps no more than a mailbox may hold, and counts what it drops", async () => {
    const world = worldOf({ kind, limits: { mailboxMessages: 3 } });
    const talker = await world.subscriber("/a");
    await publish(world, 1, 2);
    await connect(world, talker, -1);
    await publish(world, 3, 4, 5);
    expect(world.comet.stats().dropped).toBe(2);
    expect((await connect(world, talker, -1)).data).toEqual([3, 4, 5]);
  });

  it("cannot acknowledge what it was never sent", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    await publish(world, 1);
    expect((await connect(world, talker, Number.MAX_SAFE_INTEGER)).data).toEqual([1]);
    await connect(world, talker, Number.MAX_SAFE_INTEGER);
    await publish(world, 2);
    expect((await connect(world, talker, Number.NaN)).data).toEqual([2]);
  });

  it("gets again what was in an answer that did not leave, once", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    await publish(world, 1);
    const lost = talker.poll({ ext: { ack: -1 } });
    await world.settle();
    lost.responder.leave();
    await world.settle();
    const { data, ack } = await connect(world, talker, -1);
    expect(data).toEqual([1]);
    expect((await connect(world, talker, ack)).data).toEqual([]);
  });

  it("does not get again what an answer brought that only seemed to be lost", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    await publish(world, 1);
    const received = talker.poll({ ext: { ack: -1 } });
    await world.settle();
    const position = JSON.parse(received.responder.batches[0]?.json ?? "[]").at(-1).ext.ack;
    received.responder.leave();
    await world.settle();
    await publish(world, 2);
    expect((await connect(world, talker, position)).data).toEqual([2]);
  });

  it("is sent again what an older connect took away while a newer one was being looked at", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    const older = talker.poll({ ext: { ack: -1 } });
    await world.settle();
    let decide: () => void = () => undefined;
    world.comet.on("connecting", () => new Promise<void>((resolve) => (decide = resolve)));
    const newer = talker.poll({ ext: { ack: -1 } });
    await world.settle();
    await publish(world, 1);
    older.responder.flush();
    decide();
    expect(dataIn(await world.answer(newer))).toEqual([1]);
  });

  it("is sent again at once also while a newer message may wait", async () => {
    const world = worldOf({ kind });
    world.comet.channel("/a", { lazy: 500 });
    const talker = await world.subscriber("/a", "/b");
    void world.comet.publish("/b", 1);
    await world.settle();
    await connect(world, talker, -1);
    await publish(world, 2);
    expect(dataIn(await world.answer(talker.poll({ ext: { ack: -1 } })))).toEqual([1, 2]);
  });

  it("is not disturbed by an extension that fails when an answer leaves", async () => {
    const world = worldOf({ kind, log: () => undefined });
    world.comet.use({
      name: "broken",
      leaving() {
        throw new Error("broken");
      },
    });
    const talker = await world.subscriber("/a");
    await publish(world, 1);
    expect((await connect(world, talker, -1)).data).toEqual([1]);
  });
});

describe("a client that acknowledges and moves, and is not allowed to see a channel", () => {
  it("is not sent it, however long that takes to find out", async () => {
    const ports = new FakePorts();
    const store = new SharedStore();
    let allow: (decision: { allow: boolean }) => void = () => undefined;
    const here = worldOf({ store, ports });
    const policies: Policies = {
      subscribe: () => new Promise((resolve) => (allow = resolve)),
    };
    const there = worldOf({ store: new SharedStore(store), ports, policies });
    const talker = await here.subscriber("/b/*");
    void here.comet.publish("/b/secret", 1);
    await here.settle();
    const moved = new Talker(there.comet);
    moved.clientId = talker.clientId;
    moved.publish("/c", "anything but a connect");
    await there.settle();
    allow({ allow: false });
    await there.settle();
    expect((await connect(there, moved, -1)).data).toEqual([]);
  });
});

describe("a client that acknowledges and moves to another node", () => {
  it("gets everything once and in order, whatever it had got from the first one", async () => {
    const ports = new FakePorts();
    const store = new SharedStore();
    const here = worldOf({ store, ports });
    const there = worldOf({ store: new SharedStore(store), ports });
    const talker = await here.subscriber("/a");
    await publish(here, 1);
    const first = await connect(here, talker, -1);
    await publish(here, 2);
    const second = await connect(here, talker, first.ack);
    await publish(here, 3);
    await connect(here, talker, first.ack);

    const moved = new Talker(there.comet);
    moved.clientId = talker.clientId;
    await publish(there, 4);
    const received = await connect(there, moved, second.ack);
    expect(received.data).toEqual([3, 4]);
    expect((await connect(there, moved, received.ack)).data).toEqual([]);
  });

  it("is not told that it has got less far than it knows", async () => {
    const ports = new FakePorts();
    const store = new SharedStore();
    const here = worldOf({ store, ports });
    const there = worldOf({ store: new SharedStore(store), ports });
    const talker = await here.subscriber("/a");
    await publish(here, 1);
    const { ack } = await connect(here, talker, -1);
    const moved = new Talker(there.comet);
    moved.clientId = talker.clientId;
    expect(await connect(there, moved, ack)).toEqual({ data: [], ack });
  });
});
