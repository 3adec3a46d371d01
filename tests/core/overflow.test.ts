import { describe, expect, it } from "vitest";
import { deliveriesIn } from "../support/talker.ts";
import { World, type WorldOptions } from "../support/world.ts";

const SMALL = { mailboxMessages: 2 };

async function worldWithLosses(
  options: WorldOptions,
): Promise<{ world: World; losses: [string, number][] }> {
  const world = new World(options);
  const losses: [string, number][] = [];
  world.comet.on("overflow", ({ channel, dropped }) => losses.push([channel, dropped]));
  return { world, losses };
}

async function publish(world: World, ...data: readonly unknown[]): Promise<void> {
  for (const one of data) await world.comet.publish("/a", one);
  await world.settle();
}

describe("a mailbox that is full", () => {
  it("loses the oldest message by default, and says so", async () => {
    const { world, losses } = await worldWithLosses({ limits: SMALL });
    const talker = await world.subscriber("/a");
    await publish(world, 1, 2, 3);
    expect(losses).toEqual([["/a", 1]]);
    expect(world.comet.stats().dropped).toBe(1);
    expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([
      { data: 2 },
      { data: 3 },
    ]);
  });

  it("loses the newest message where that is wanted", async () => {
    const { world, losses } = await worldWithLosses({ limits: SMALL, overflow: "drop-newest" });
    const talker = await world.subscriber("/a");
    await publish(world, 1, 2, 3);
    expect(losses).toEqual([["/a", 1]]);
    expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([
      { data: 1 },
      { data: 2 },
    ]);
  });

  it("loses the client where that is wanted, and nobody else", async () => {
    const { world } = await worldWithLosses({ limits: SMALL, overflow: "disconnect" });
    const ended: unknown[] = [];
    world.comet.on("disconnected", ({ client, reason }) => ended.push([client.id, reason]));
    const slow = await world.subscriber("/a");
    const quick = await world.subscriber("/a");
    const poll = quick.poll();
    await publish(world, 1);
    await world.answer(poll);
    await publish(world, 2, 3);
    expect(ended).toEqual([[slow.clientId, "overflow"]]);
    expect(world.comet.client(quick.clientId)?.isAlive).toBe(true);
    expect(await world.reply(slow.poll())).toMatchObject({ error: "402::session_unknown" });
  });

  it("is measured in bytes, too", async () => {
    const { world, losses } = await worldWithLosses({ limits: { mailboxBytes: 100 } });
    const talker = await world.subscriber("/a");
    await publish(world, "x".repeat(50), "€".repeat(10));
    expect(losses).toEqual([["/a", 1]]);
    expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([
      { data: "€".repeat(10) },
    ]);
  });

  it("keeps what it has when a message comes that could never fit", async () => {
    const { world, losses } = await worldWithLosses({ limits: { mailboxBytes: 100 } });
    const talker = await world.subscriber("/a");
    await publish(world, 1, "x".repeat(200), 2);
    expect(losses).toEqual([["/a", 1]]);
    expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([
      { data: 1 },
      { data: 2 },
    ]);
  });

  it("keeps nobody waiting for the decision about a message that found no room", async () => {
    const policies = { subscribe: ({ channel }: { channel: string }) => allow(channel) };
    const { world } = await worldWithLosses({
      limits: { mailboxMessages: 1 },
      overflow: "drop-newest",
      policies,
    });
    const talker = await world.subscriber("/a", "/b/*");
    await world.comet.publish("/a", 1);
    await world.comet.publish("/b/slow", 2);
    expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([{ data: 1 }]);
  });
});

describe("a peer that reads too slowly", () => {
  it("is sent nothing more until it has caught up, and delays nobody", async () => {
    const world = new World();
    const slow = await world.subscriber("/a");
    const quick = await world.subscriber("/a");
    const slowStream = slow.stream().responder;
    const quickStream = quick.stream().responder;
    slowStream.fill();
    await publish(world, 1, 2, 3);
    await publish(world, 4);
    expect(quickStream.received.map(({ data }) => data)).toEqual([1, 2, 3, 4]);
    expect(slowStream.received.map(({ data }) => data)).toEqual([1, 2, 3]);
    expect(world.comet.client(slow.clientId)?.waiting).toBe(1);
    slowStream.drain();
    await world.settle();
    expect(slowStream.received.map(({ data }) => data)).toEqual([1, 2, 3, 4]);
    expect(slowStream.faults).toEqual([]);
  });

  it("costs no more memory than its mailbox", async () => {
    const { world, losses } = await worldWithLosses({ limits: { mailboxMessages: 10 } });
    const talker = await world.subscriber("/a");
    const { responder } = talker.stream();
    responder.fill();
    for (let round = 0; round < 100; round++) await publish(world, round);
    expect(world.comet.client(talker.clientId)?.waiting).toBe(10);
    expect(losses).toHaveLength(100 - 10 - 1);
  });
});

/** Whether a client may see the slow channel is never decided. */
function allow(channel: string): boolean | Promise<boolean> {
  return channel === "/b/slow" ? new Promise(() => {}) : true;
}
