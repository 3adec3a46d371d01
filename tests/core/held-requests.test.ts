import { describe, expect, it } from "vitest";
import { deliveriesIn } from "../support/talker.ts";
import { LATER, World } from "../support/world.ts";

describe("a held connect", () => {
  it("is answered with the reply alone when its time is over, and not before", async () => {
    const world = new World({ timeout: 10_000 });
    const talker = await world.connected();
    const { responder } = talker.poll();
    await world.pass(9_950);
    expect(responder.isOver).toBe(false);
    await world.pass(300);
    responder.flush();
    expect(responder.received).toEqual([
      { channel: "/meta/connect", id: "3", successful: true, clientId: talker.clientId },
    ]);
  });

  it("is held for no longer than the client asks", async () => {
    const world = new World({ timeout: 10_000 });
    const talker = await world.connected();
    const { responder } = talker.poll({ advice: { timeout: 1_000 } });
    await world.pass(950);
    expect(responder.isOver).toBe(false);
    await world.pass(300);
    expect(responder.isOver).toBe(true);
  });

  it("is answered within the turn that brings a message, with the message before the reply", async () => {
    const world = new World();
    const talker = await world.subscriber("/a");
    const { responder } = talker.poll();
    void world.comet.publish("/a", 1);
    await world.scheduler.settle();
    expect(responder.hasEnded).toBe(false);
    world.ports.endTurn();
    responder.flush();
    expect(responder.received).toMatchObject([
      { channel: "/a", data: 1 },
      { channel: "/meta/connect", successful: true },
    ]);
  });

  it("is answered at once when a newer one comes, with the advice not to chase it", async () => {
    const world = new World();
    const talker = await world.connected();
    const older = talker.poll().responder;
    const newer = talker.poll().responder;
    older.flush();
    expect(older.received).toMatchObject([
      { successful: true, advice: { reconnect: "retry", "multiple-clients": true } },
    ]);
    expect(newer.isOver).toBe(false);
    expect(world.comet.stats().held).toBe(1);
  });

  it("gives its client the full time to come back once it has been answered", async () => {
    const world = new World({ timeout: 10_000, maxInterval: 5_000 });
    const talker = await world.connected();
    talker.poll();
    await world.pass(10_000 + 4_800);
    expect(world.comet.client(talker.clientId)?.isAlive).toBe(true);
    await world.pass(600);
    expect(world.comet.client(talker.clientId)).toBeUndefined();
  });

  it("brings what is on its way and the last word to a client that ends in the same turn", async () => {
    const world = new World();
    const talker = await world.subscriber("/a");
    const { responder } = talker.poll();
    void world.comet.publish("/a", 1);
    await world.scheduler.settle();
    talker.disconnect();
    await world.settle();
    expect(responder.wasAborted).toBe(false);
    responder.flush();
    expect(responder.received).toMatchObject([
      { channel: "/a", data: 1 },
      { channel: "/meta/connect", advice: { reconnect: "none" } },
    ]);
  });

  it("is not held for a client that ended while it was being decided", async () => {
    // The client ends in each of the moments between the decision and the answer.
    for (let moment = 0; moment < 12; moment++) {
      const world = new World();
      const talker = await world.connected();
      world.comet.on("connecting", () => Promise.resolve());
      const { responder } = talker.poll();
      for (let turn = 0; turn < moment; turn++) await Promise.resolve();
      void world.comet.disconnect(talker.clientId);
      await world.settle();
      expect(responder.isOver, `moment ${moment}`).toBe(true);
      expect(world.comet.stats()).toMatchObject({ clients: 0, held: 0, timers: 1 });
    }
  });
});

describe("a connect", () => {
  it("of a client that is sent away while it is decided is refused", async () => {
    const world = new World();
    const talker = await world.connected();
    world.comet.on("connecting", async () => {
      await world.comet.disconnect(talker.clientId);
    });
    expect(await world.reply(talker.poll())).toMatchObject({
      successful: false,
      error: "402::session_unknown",
    });
  });
});

describe("an answer that does not leave", () => {
  it("has its messages come first in the next one", async () => {
    const world = new World();
    const talker = await world.subscriber("/a");
    const first = talker.poll().responder;
    await world.comet.publish("/a", 1);
    await world.settle();
    first.leave();
    await world.comet.publish("/a", 2);
    expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([
      { data: 1 },
      { data: 2 },
    ]);
  });

  it("is taken back when the peer asks again, which it does only when it has not got it", async () => {
    const world = new World();
    const talker = await world.subscriber("/a");
    const first = talker.poll().responder;
    await world.comet.publish("/a", 1);
    await world.settle();
    expect(first.isUnsettled).toBe(true);
    const second = talker.poll();
    expect(first.wasAborted).toBe(true);
    expect(deliveriesIn(await world.answer(second))).toMatchObject([{ data: 1 }]);
  });

  it("does not keep a client that never comes back", async () => {
    const world = new World({ maxInterval: 5_000 });
    const talker = await world.subscriber("/a");
    const { responder } = talker.poll();
    await world.comet.publish("/a", 1);
    await world.settle();
    await world.pass(5_300);
    expect(responder.wasAborted).toBe(true);
    expect(world.comet.stats()).toMatchObject({ clients: 0, timers: 1 });
  });
});

describe("a client that stays away", () => {
  it("is gone for its node even when the store fails", async () => {
    const world = new World({ kind: LATER, maxInterval: 5_000 });
    const talker = await world.subscriber("/a");
    const cause = new Error("no store");
    world.scheduler.failNext("clients.destroy", cause);
    await world.pass(5_300);
    expect(world.comet.client(talker.clientId)).toBeUndefined();
    expect(world.ports.lines).toMatchObject([{ level: "error", details: { cause } }]);
  });
});
