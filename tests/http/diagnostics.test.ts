import { channel, subscribe, unsubscribe } from "node:diagnostics_channel";
import { diagnostics, type FactName } from "@encke/adapter-node-http";
import type { Comet, CometEvents } from "@encke/core";
import { afterEach, describe, expect, it } from "vitest";
import { codeIn, codesIn, tablesOf } from "../docs/support/markdown.ts";
import { readPage } from "../docs/support/pages.ts";
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

/** The first column of the table under a heading, and what code there is in the last. */
async function tableIn(path: string, heading: string): Promise<Map<string, readonly string[]>> {
  const tables = tablesOf((await readPage(path)).text);
  const rows = tables.find((table) => table.heading === heading)?.rows ?? [];
  return new Map(rows.map((row) => [codeIn(row[0]) ?? "", codesIn(row.at(-1))]));
}

/** Has everything that an event may have. */
const ANY_EVENT = {
  client: { id: "secret", publicId: "p", displayName: "d" },
  message: { clientId: "secret" },
  context: { transport: "t", remoteAddress: "r" },
  ...{ channel: "/a", data: "secret", position: 1, count: 1, reason: "r", from: 1, to: 2 },
  ...{ dropped: 1, policy: "p", pattern: "/a", cause: "secret", retryIn: 1 },
};

/** What is told of each event, when everything there can be is there. */
function toldOf(events: readonly FactName[]): Map<string, readonly unknown[]> {
  const listeners = new Map<string, (event: unknown) => void>();
  const comet = {
    on(name: string, listener: (event: unknown) => void) {
      listeners.set(name, listener);
      return () => listeners.delete(name);
    },
  };
  diagnostics({ events }).attach(comet as unknown as Comet);
  const heard = events.map((name) => [`encke:${name}`, listenTo(name)] as const);
  for (const listener of listeners.values()) listener(ANY_EVENT);
  return new Map(heard);
}

describe("diagnostics", () => {
  it("are in the reference, a channel for each fact, with all that is told", async () => {
    const facts = await tableIn("docs/reference/events.md", "Facts");
    const channels = await tableIn("docs/reference/metrics.md", "Diagnostics channels");
    expect([...channels.keys()]).toEqual([...facts.keys()].map((name) => `encke:${name}`));
    const told = toldOf([...facts.keys()] as FactName[]);
    for (const [name, members] of channels) {
      expect([name, ...(told.get(name) ?? [])]).toEqual([name, expect.any(Object)]);
      expect([name, ...Object.keys(told.get(name)?.[0] ?? {})]).toEqual([name, ...members]);
    }
    expect(JSON.stringify([...told])).not.toContain("secret");
  });

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
