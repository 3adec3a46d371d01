import type { Message } from "@encke/core";
import { describe, expect, it } from "vitest";
import { PartitionedStore } from "../store/partitioned-store.ts";
import { acknowledging } from "../support/acknowledging.ts";
import { deliveriesIn, type Talker } from "../support/talker.ts";
import { STORE_KINDS, World, type WorldOptions } from "../support/world.ts";

function worldOf(options: WorldOptions = {}): World {
  const world = new World(options);
  world.comet.use(acknowledging);
  world.comet.announce("eventsource", { timeout: 0 });
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

describe.each(STORE_KINDS)("a client that acknowledges and has streams, over $name", (kind) => {
  it("is sent over a stream again what a connect brought and was not acknowledged, and nothing else", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    const start = world.comet.client(talker.clientId)?.position;
    await publish(world, 1);
    const { ack } = await connect(world, talker, -1);
    await publish(world, 2);
    await connect(world, talker, ack);
    const { responder } = talker.openStream(start);
    await world.settle();
    expect(dataIn(responder.received)).toEqual([2]);
  });

  it("is not sent over a stream again what a connect has just brought", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    await publish(world, 1);
    const { ack } = await connect(world, talker, -1);
    const first = talker.openStream();
    await publish(world, 2);
    first.responder.leave();
    const second = talker.openStream();
    await publish(world, 3);
    expect(dataIn(first.responder.received)).toEqual([2]);
    expect(dataIn(second.responder.received)).toEqual([2, 3]);
    second.responder.leave();
    expect((await connect(world, talker, ack)).data).toEqual([2, 3]);
  });

  it("is not sent that again where the log has several partitions, either", async () => {
    const world = worldOf({ kind, store: new PartitionedStore() });
    const talker = await world.subscriber("/*");
    // Of the last one, the position is less than that of the first.
    await publish(world, 1);
    void world.comet.publish("/b", 2);
    await world.settle();
    const { data, ack } = await connect(world, talker, -1);
    const { responder } = talker.openStream();
    await publish(world, 3);
    expect([data, dataIn(responder.received)]).toEqual([[1, 2], [3]]);
    responder.leave();
    expect((await connect(world, talker, ack)).data).toEqual([]);
  });

  it("is sent over a stream all that other streams brought and it has not acknowledged, where it does not say how far an earlier one has brought it", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    await publish(world, 1);
    const first = talker.openStream();
    await world.settle();
    await publish(world, 2);
    first.responder.leave();
    const second = talker.openStream();
    await publish(world, 3);
    expect(dataIn(first.responder.received)).toEqual([1, 2]);
    expect(dataIn(second.responder.received)).toEqual([1, 2, 3]);
  });

  it("loses nothing on a stream that is dead without anybody knowing, wherever it says how far it has got", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    const positions: number[] = [];
    world.comet.on("published", ({ position }) => positions.push(position));
    const dead = talker.openStream();
    await publish(world, 1, 2, 3);
    const ext = { ack: positions[0] };
    await world.answer(talker.poll({ ext, connectionType: "eventsource" }));
    const next = talker.openStream();
    await publish(world, 4);
    expect(dataIn(dead.responder.received)).toEqual([1, 2, 3]);
    expect(dataIn(next.responder.received)).toEqual([2, 3, 4]);
  });

  it("says itself what a stream brought, and is told nothing of it by the replies to connects", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/a");
    const positions: number[] = [];
    world.comet.on("published", ({ position }) => positions.push(position));
    talker.openStream();
    await publish(world, 1);
    const stream = { connectionType: "eventsource" };
    const before = await world.reply(talker.poll({ ...stream, ext: { ack: -1 } }));
    expect(before.ext?.ack).toBeLessThan(positions[0] as number);
    const after = await world.reply(talker.poll({ ...stream, ext: { ack: positions[0] } }));
    expect(after.ext?.ack).toBe(positions[0]);
    expect(world.comet.stats().delivered).toBe(1);
    expect((await connect(world, talker, -1)).data).toEqual([]);
  });
});
