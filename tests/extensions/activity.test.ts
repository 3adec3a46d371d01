import type { EndReason } from "@encke/core";
import { type ActivityOptions, activity } from "@encke/extensions";
import { describe, expect, it } from "vitest";
import { soon } from "../clients/soon.ts";
import { SharedStore } from "../store/shared-store.ts";
import { FakePorts } from "../support/fake-ports.ts";
import { Talker } from "../support/talker.ts";
import { World } from "../support/world.ts";
import { clientOf, serverWith, TRANSPORTS } from "./support/real-client.ts";

const MINUTE = 60_000;

interface Watched {
  readonly world: World;
  readonly reasons: EndReason[];
  stop(): void;
}

function watched(options: Partial<ActivityOptions> = {}, world: World = new World()): Watched {
  const reasons: EndReason[] = [];
  world.comet.on("disconnected", ({ reason }) => reasons.push(reason));
  const stop = world.comet.use(activity({ maxInactive: MINUTE, ...options }));
  return { world, reasons, stop };
}

/** Lets the client do nothing but connect. */
async function idle(world: World, talker: Talker, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 10_000) {
    const held = talker.poll();
    await world.pass(Math.min(left, 10_000));
    held.responder.leave();
    await world.settle();
  }
}

describe.each(TRANSPORTS)("activity with cometd.js over %s", (transport) => {
  it("ends a client that only connects, which does not come back", async () => {
    const server = await serverWith([activity({ maxInactive: 1_000 })], { timeout: 300 });
    const reasons: EndReason[] = [];
    server.comet.on("disconnected", ({ reason }) => reasons.push(reason));
    const client = await clientOf(server, transport);
    await soon(() => reasons).toEqual(["inactive"]);
    await soon(() => client.isDisconnected()).toBe(true);
  });
});

describe("activity", () => {
  it("ends a client that does nothing but connect, at its time and not before", async () => {
    const { world, reasons } = watched();
    const talker = await world.connected();
    await idle(world, talker, MINUTE - 10_000);
    expect(reasons).toEqual([]);
    const held = talker.poll();
    // A tenth of the time between two looks, and a turn of the wheel.
    await world.pass(10_000 + MINUTE / 10);
    expect(reasons).toEqual(["inactive"]);
    expect(await world.answer(held)).toMatchObject([{ advice: { reconnect: "none" } }]);
  });

  it.each([
    ["publishes", (talker: Talker) => talker.publish("/a", 1)],
    ["asks the server for something", (talker: Talker) => talker.publish("/service/a", 1)],
    ["subscribes", (talker: Talker) => talker.subscribe("/a")],
    ["unsubscribes", (talker: Talker) => talker.unsubscribe("/a")],
  ])("lets a client live that %s now and then", async (_, act) => {
    const { world, reasons } = watched();
    const talker = await world.connected();
    for (let round = 0; round < 3; round++) {
      await idle(world, talker, MINUTE - 10_000);
      await world.answer(act(talker));
    }
    expect(reasons).toEqual([]);
    await idle(world, talker, MINUTE + MINUTE / 10);
    expect(reasons).toEqual(["inactive"]);
  });

  it.each([
    ["client", ["inactive"]],
    ["both", []],
  ] as const)("counts what the client is sent, or not: %s", async (counts, expected) => {
    const { world, reasons } = watched({ counts });
    const talker = await world.subscriber("/a");
    for (let round = 0; round < 3; round++) {
      await idle(world, talker, MINUTE / 2);
      void world.comet.publish("/a", round);
      await world.settle();
      await world.answer(talker.poll());
    }
    expect(reasons).toEqual(expected);
  });

  it("gives a client that another node served the whole time", async () => {
    const ports = new FakePorts();
    const store = new SharedStore();
    const first = new World({ ports, store });
    const second = watched({}, new World({ ports, store: new SharedStore(store) }));
    const talker = await first.connected();
    await first.pass(MINUTE / 6);
    const moved = new Talker(second.world.comet);
    moved.clientId = talker.clientId;
    await idle(second.world, moved, MINUTE - 10_000);
    expect(second.reasons).toEqual([]);
    await idle(second.world, moved, 10_000 + (2 * MINUTE) / 10);
    expect(second.reasons).toEqual(["inactive"]);
  });

  it("takes one timer, however many clients there are, and none when it is removed", async () => {
    const { world, stop } = watched();
    await world.settle();
    const before = world.ports.timers;
    for (let count = 0; count < 10; count++) await world.connected();
    const remove = world.comet.use(activity({ maxInactive: MINUTE }));
    expect(world.ports.timers).toBe(before + 1);
    remove();
    expect(world.ports.timers).toBe(before);
    stop();
    expect(world.ports.timers).toBe(before - 1);
  });

  it("leaves no timer behind when the Comet closes", async () => {
    const { world } = watched();
    await world.close();
    expect(world.ports.timers).toBe(0);
  });

  it("ends nobody any more when it is removed", async () => {
    const { world, reasons, stop } = watched();
    const talker = await world.connected();
    stop();
    await idle(world, talker, 2 * MINUTE);
    expect(reasons).toEqual([]);
  });

  it("is for one Comet at a time", () => {
    const extension = activity({ maxInactive: MINUTE });
    const remove = new World().comet.use(extension);
    const { comet } = new World();
    expect(() => comet.use(extension)).toThrow(
      expect.objectContaining({ code: "options_invalid" }),
    );
    remove();
    comet.use(extension);
  });

  it.each([undefined, {}, { maxInactive: 999 }, { maxInactive: MINUTE, counts: "server" }])(
    "is not made with %j",
    (options) => {
      expect(() => activity(options as unknown as ActivityOptions)).toThrow(
        expect.objectContaining({ code: "options_invalid" }),
      );
    },
  );
});
