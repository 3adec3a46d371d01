import type { Message, Policies } from "@encke/core";
import { describe, expect, it, vi } from "vitest";
import { deliveriesIn, type OpenedStream, type Talker } from "../support/talker.ts";
import { LATER, STORE_KINDS, WORKS_LATER, World, type WorldOptions } from "../support/world.ts";

/** Who subscribes to `/kept` gets all that is kept of it. */
function worldOf(options: WorldOptions): World {
  const world = new World(options);
  world.comet.announce("eventsource", { timeout: 0 });
  world.comet.channel("/kept", { history: {} });
  world.comet.on("subscribing", (event) => {
    if (event.channel === "/kept") event.replay = { since: -2 };
  });
  return world;
}

async function open(world: World, talker: Talker, after?: number): Promise<OpenedStream> {
  const stream = talker.openStream(after);
  await world.settle();
  return stream;
}

async function publish(world: World, channel: string, ...data: readonly unknown[]): Promise<void> {
  for (const item of data) {
    void world.comet.publish(channel, item);
    await world.settle();
  }
}

function dataIn(messages: readonly Message[]): unknown[] {
  return deliveriesIn(messages).map(({ data }) => data);
}

describe.each(STORE_KINDS)("a history that a stream may have lost, over $name", (kind) => {
  it("is given again where it stood before", async () => {
    const world = worldOf({ kind });
    const talker = await world.subscriber("/news");
    const first = talker.openStream();
    await publish(world, "/kept", 1);
    const position = (await first.started)?.position;
    await publish(world, "/news", "before");
    await world.answer(talker.subscribe("/kept"));
    await publish(world, "/news", "after");
    first.responder.leave();
    const again = talker.openStream(position);
    await world.settle();
    for (const { responder } of [first, again]) {
      const data = dataIn(responder.received);
      expect(data).toEqual(["before", 1, "after"]);
    }
  });

  it("is given again once, and so is what is published while it is read", async () => {
    const world = worldOf({ kind });
    const talker = await world.connected();
    const { started } = talker.openStream();
    await world.settle();
    const { position } = (await started) ?? {};
    await publish(world, "/kept", 1, 2);
    await world.answer(talker.subscribe("/kept"));
    const again = talker.openStream(position);
    void world.comet.publish("/kept", 3);
    await publish(world, "/kept", 4);
    expect(dataIn(again.responder.received)).toEqual([1, 2, 3, 4]);
  });
});

describe.each(["log.read", "history.replay"] as const)("a store that fails in %s", (call) => {
  it.each([LATER, WORKS_LATER])(
    "leaves what waited for a client as it was, over $name",
    async (kind) => {
      const world = worldOf({ kind });
      const talker = await world.subscriber("/a");
      await publish(world, "/kept", "kept");
      const slow = await open(world, talker);
      const { position = 0 } = (await slow.started) ?? {};
      slow.responder.fill();
      await publish(world, "/a", 1);
      await world.answer(talker.subscribe("/kept"));
      await publish(world, "/a", 2);
      world.scheduler.failNext(call, new Error("no store"));
      const refused = expect(talker.openStream(position).started).rejects.toThrow("no store");
      await publish(world, "/a", 3);
      await refused;
      const answer = await world.answer(talker.poll());
      expect(dataIn(answer)).toEqual(["kept", 2, 3]);
      expect(dataIn(slow.responder.received)).toEqual([1]);
    },
  );
});

describe("a store that fails while it is not known what a client may see", () => {
  it.each([
    [true, ["secret", 1]],
    [false, [1]],
  ])("leaves that open, which may be %s", async (allow, expected) => {
    let decide: (decision: { allow: boolean }) => void = () => undefined;
    const subscribe: Policies["subscribe"] = ({ channel }) =>
      channel === "/b/secret" ? new Promise((resolve) => (decide = resolve)) : true;
    const world = worldOf({ kind: LATER, policies: { subscribe } });
    const talker = await world.subscriber("/a", "/b/*");
    const { position = 0 } = (await (await open(world, talker)).started) ?? {};
    void world.comet.publish("/b/secret", "secret");
    await publish(world, "/a", 1);
    world.scheduler.failNext("log.read", new Error("no store"));
    const refused = expect(talker.openStream(position).started).rejects.toThrow("no store");
    await world.settle();
    await refused;
    decide({ allow });
    const answer = await world.answer(talker.poll());
    expect(dataIn(answer)).toEqual(expected);
  });
});

describe("a client that ends while its stream is resumed", () => {
  it.each([true, false])(
    "leaves nothing behind, whether the store answers: %s",
    async (answers) => {
      const world = worldOf({ kind: LATER });
      world.comet.channel("/a", { lazy: 60_000 });
      const talker = await world.subscriber("/a");
      const { position = 0 } = (await (await open(world, talker)).started) ?? {};
      await publish(world, "/a", 1);
      if (!answers) world.scheduler.failNext("log.read", new Error("no store"));
      const resumed = talker.openStream(position).started.catch(() => undefined);
      await world.settleAllBut("log.read");
      void world.comet.disconnect(talker.clientId);
      await world.settleAllBut("log.read");
      const { timers } = world.comet.stats();
      await world.settle();
      expect(await resumed).toBeUndefined();
      expect(world.comet.stats()).toMatchObject({ clients: 0, timers });
    },
  );

  it("has no more read for it", async () => {
    const world = worldOf({ kind: LATER });
    const talker = await world.subscriber("/a");
    const { position = 0 } = (await (await open(world, talker)).started) ?? {};
    // More than are read in one go.
    for (let count = 0; count < 1_200; count++) void world.comet.publish("/a", count);
    await world.settle();
    const read = vi.spyOn(world.store.log, "read");
    const { started } = talker.openStream(position);
    await world.settleAllBut("log.read");
    void world.comet.disconnect(talker.clientId);
    await world.settle();
    expect(await started).toBeUndefined();
    expect(read).toHaveBeenCalledTimes(1);
  });
});
