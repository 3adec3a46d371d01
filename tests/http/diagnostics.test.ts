import { channel, subscribe, unsubscribe } from "node:diagnostics_channel";
import { diagnostics, type FactName } from "@encke/adapter-node-http";
import type { CometEvents } from "@encke/core";
import { afterEach, describe, expect, it } from "vitest";
import { World } from "../support/world.ts";

const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** What is told on the channel of an event. */
function listenTo(name: keyof CometEvents): unknown[] {
  const told: unknown[] = [];
  const listener = (message: unknown): void => void told.push(message);
  subscribe(`encke:${name}`, listener);
  cleanUps.push(() => unsubscribe(`encke:${name}`, listener));
  return told;
}

describe("diagnostics", () => {
  it("tell what happens, by public ids, and nothing that is secret", async () => {
    const names: readonly FactName[] = ["handshaken", "subscribed", "published", "disconnected"];
    const told = names.map(listenTo);
    const world = new World();
    world.comet.use(diagnostics());
    const talker = await world.subscriber("/a");
    const publicId = world.comet.client(talker.clientId)?.publicId;
    await world.answer(talker.publish("/a", { text: "for subscribers only" }));
    await world.answer(talker.disconnect());
    expect(told).toEqual([
      [{ publicId, transport: "long-polling", remoteAddress: undefined }],
      [{ publicId, channel: "/a" }],
      [{ publicId, channel: "/a", position: expect.any(Number) }],
      [{ publicId, reason: "disconnect" }],
    ]);
    const text = JSON.stringify(told);
    expect(text).not.toContain(talker.clientId);
    expect(text).not.toContain("for subscribers only");
  });

  it("tell of each delivery only where that is wanted", async () => {
    const told = listenTo("delivered");
    for (const options of [{}, { events: ["delivered" as const] }]) {
      const world = new World();
      world.comet.use(diagnostics(options));
      const talker = await world.subscriber("/a");
      await world.comet.publish("/a", 1);
      await world.answer(talker.poll());
    }
    expect(told).toHaveLength(1);
  });

  it("make nothing when nobody listens, and stop when they are taken away", async () => {
    const world = new World();
    const remove = world.comet.use(diagnostics());
    expect(channel("encke:published").hasSubscribers).toBe(false);
    await world.comet.publish("/a", 1);
    const told = listenTo("published");
    await world.comet.publish("/a", 2);
    remove();
    await world.comet.publish("/a", 3);
    expect(told).toHaveLength(1);
  });
});
