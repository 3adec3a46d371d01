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

  it("leaves no timer behind when it comes while the store is kept in order", async () => {
    const world = new World({ kind: LATER });
    await world.settle();
    while (world.scheduler.pending.length === 0) world.ports.advance(1_000);
    expect(world.scheduler.pending).toMatchObject([{ method: "clients.reap" }]);
    await world.close();
    expectNothingLeft(world);
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
});
