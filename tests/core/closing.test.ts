import { MemoryStore } from "@encke/store-memory";
import { describe, expect, it } from "vitest";
import { Talker } from "../support/talker.ts";
import { LATER, World } from "../support/world.ts";

function expectNothingLeft({ comet, ports }: World): void {
  expect(comet.stats()).toMatchObject({ clients: 0, held: 0, subscriptions: 0, timers: 0 });
  expect(ports.timers).toBe(0);
}

describe("closing", () => {
  it("leaves no timer behind when it comes before the store is open", async () => {
    const world = new World({ kind: LATER });
    await world.close();
    await world.settle();
    expectNothingLeft(world);
  });

  it("answers a request whose policy never does, and one that came before the store was open", async () => {
    const slow = new World({ policies: { publish: () => new Promise(() => undefined) } });
    const talker = await slow.connected();
    const publish = talker.publish("/a", 1);
    await slow.close();
    publish.responder.flush();
    expect(publish.responder.received).toMatchObject([{ error: "503::handler_timeout" }]);
    const shut = new World({ kind: LATER });
    const handshake = new Talker(shut.comet).handshake();
    await shut.close({ isStoreSilent: true });
    await shut.scheduler.settle();
    handshake.responder.flush();
    expect(handshake.responder.received).toMatchObject([{ successful: false }]);
  });

  it("leaves no timer behind when it comes while the store is kept in order", async () => {
    const world = new World({ kind: LATER });
    await world.settle();
    while (world.scheduler.pending.length === 0) world.ports.advance(1_000);
    expect(world.scheduler.pending).toMatchObject([{ method: "clients.reap" }]);
    await world.close();
    expectNothingLeft(world);
  });

  it("ends the keeping in order where it is: other nodes go on with it", async () => {
    const world = new World({ kind: LATER });
    const talker = await world.connected();
    talker.poll();
    while (world.scheduler.pending.length === 0) world.ports.advance(1_000);
    expect(world.scheduler.pending).toMatchObject([{ method: "clients.touch" }]);
    await world.close({ isStoreSilent: true });
    world.scheduler.release();
    await world.scheduler.settle();
    expect(world.scheduler.pending.map(({ method }) => method)).toEqual(["store.close"]);
  });

  it("leaves nothing of a client behind whose handshake was under way", async () => {
    const policies = { handshake: () => ({ allow: true, validFor: 1_000 }) as const };
    const world = new World({ kind: LATER, policies });
    await world.settle();
    const { responder } = new Talker(world.comet).handshake();
    await world.scheduler.settle();
    expect(world.scheduler.pending).toMatchObject([{ method: "clients.create" }]);
    // The store answers only when it is too late.
    await world.close({ isStoreSilent: true });
    await world.settle();
    expect(responder.hasEnded).toBe(true);
    expectNothingLeft(world);
  });

  it("does not send a client away for good whose take-over was under way", async () => {
    const store = new MemoryStore();
    const first = new World({ store });
    const { clientId } = await first.client();
    await first.close();
    const world = new World({ store, kind: LATER });
    await world.settle();
    const talker = new Talker(world.comet);
    talker.clientId = clientId;
    const poll = talker.poll();
    await world.scheduler.settle();
    expect(world.scheduler.pending).toMatchObject([{ method: "clients.claim" }]);
    await world.close({ isStoreSilent: true });
    expect(await world.reply(poll)).toMatchObject({
      error: "503::server_closing",
      advice: { reconnect: "retry" },
    });
    expectNothingLeft(world);
  });

  it("answers held connects, one a little later than the other, and holds none any more", async () => {
    const world = new World();
    const talkers = [await world.connected(), await world.connected()];
    const held = talkers.map((talker) => talker.poll());
    let goOn: () => void = () => {};
    const adapter = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    world.comet.onClosing(() => adapter);
    const closed = world.comet.close();
    await world.settle();
    const intervals: unknown[] = [];
    for (const exchange of held) {
      const { successful, advice } = await world.reply(exchange);
      expect(successful).toBe(true);
      intervals.push(advice?.interval);
    }
    expect(intervals).toEqual([100, 101]);
    const late = (talkers[0] as Talker).poll();
    expect(await world.reply(late)).toMatchObject({
      successful: true,
      advice: { reconnect: "retry", interval: 1_000 },
    });
    expect(await world.reply(new Talker(world.comet).handshake())).toMatchObject({
      error: "503::server_closing",
      advice: { reconnect: "handshake", interval: 1_000 },
    });
    goOn();
    await closed;
    expectNothingLeft(world);
  });

  it("does not wait longer than it may for somebody who does not close", async () => {
    const world = new World();
    await world.connected();
    const left: number[] = [];
    world.comet.onClosing((deadline) => {
      left.push(deadline);
      return new Promise(() => {});
    });
    world.comet.onClosing(() => {
      throw new Error("no");
    });
    let isClosed = false;
    const closed = world.comet.close({ deadline: 1_000 }).then(() => {
      isClosed = true;
    });
    await world.pass(900);
    expect(isClosed).toBe(false);
    await world.pass(200);
    expect(isClosed).toBe(true);
    await closed;
    expect(left).toEqual([1_000]);
    expect(world.ports.lines).toMatchObject([{ level: "error" }]);
    expectNothingLeft(world);
  });

  it("is the same end for everybody who asks for it", async () => {
    const world = new World();
    let listened = 0;
    world.comet.onClosing(() => {
      listened++;
    });
    const cancelled = world.comet.onClosing(() => {
      listened += 100;
    });
    cancelled();
    expect(world.comet.isClosing).toBe(false);
    const first = world.comet.close();
    expect(world.comet.isClosing).toBe(true);
    expect(world.comet.close()).toBe(first);
    await first;
    expect(listened).toBe(1);
    await expect(world.comet.publish("/a", 1)).rejects.toMatchObject({ code: "comet_closed" });
  });
});
