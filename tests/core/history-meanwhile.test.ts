import type { ReplayRequest } from "@encke/core";
import { describe, expect, it } from "vitest";
import { SharedStore } from "../store/shared-store.ts";
import { acknowledging } from "../support/acknowledging.ts";
import { FakePorts } from "../support/fake-ports.ts";
import { deliveriesIn, Talker } from "../support/talker.ts";
import { STORE_KINDS, World, type WorldOptions } from "../support/world.ts";

const KEPT = "/kept";
/** More steps than a subscription takes over any store. */
const STEPS = 30;

function worldOf(isAcknowledged: boolean, options: WorldOptions): World {
  const world = new World(options);
  world.comet.channel(KEPT, { history: {} });
  world.comet.use(acknowledging);
  world.comet.on("handshaking", (event) => {
    event.acknowledges = isAcknowledged;
  });
  world.comet.on("subscribing", (event) => {
    event.replay = event.message.ext?.replay as ReplayRequest;
  });
  return world;
}

/** Lets one call of the store be answered, or one turn end. */
async function step(world: World, next: (typeof STORE_KINDS)[number]["next"]): Promise<void> {
  const { pending } = world.scheduler;
  if (pending.length > 0) world.scheduler.release(next?.(pending) ?? 0);
  else world.ports.endTurns();
  await world.scheduler.settle();
}

async function dataOf(world: World, talker: Talker, ack: number): Promise<unknown[]> {
  const poll = talker.poll({ ext: { ack }, advice: { timeout: 0 } });
  return deliveriesIn(await world.answer(poll)).map(({ data }) => data);
}

describe.each(STORE_KINDS)("a subscription with a history, over $name", (kind) => {
  describe.each([
    ["one who does not acknowledge", false],
    ["one who acknowledges", true],
  ])("of %s", (_, isAcknowledged) => {
    it.each(Array.from({ length: STEPS }, (_, at) => at))(
      "misses nothing that is published at step %i of it, and gets it once and in order",
      async (at) => {
        const ports = new FakePorts();
        const shared = new SharedStore();
        shared.open({ ...ports, node: "none of them" });
        const world = worldOf(isAcknowledged, { kind, ports, store: new SharedStore(shared) });
        const other = worldOf(isAcknowledged, { ports, store: new SharedStore(shared) });
        const talker = await world.connected();
        for (const data of [1, 2]) await other.comet.publish(KEPT, data);
        await world.settle();
        const subscribe = { channel: "/meta/subscribe", subscription: KEPT };
        talker.say({ ...subscribe, ext: { replay: { since: -2 } } });
        for (let done = 0; done < STEPS; done++) {
          if (done === at) await other.comet.publish(KEPT, 3);
          await step(world, kind.next);
        }
        await world.settle();
        await other.comet.publish(KEPT, 4);
        await world.settle();
        expect(await dataOf(world, talker, -1)).toEqual([1, 2, 3, 4]);

        if (!isAcknowledged) return;
        const moved = new Talker(other.comet);
        moved.clientId = talker.clientId;
        expect(await dataOf(other, moved, -1)).toEqual([1, 2, 3, 4]);
        const position = other.comet.client(talker.clientId)?.position as number;
        expect(await dataOf(other, moved, position)).toEqual([]);
      },
    );

    it("gets everything once also where it is published without a pause", async () => {
      const world = worldOf(isAcknowledged, { kind, store: new SharedStore() });
      const talker = await world.connected();
      const subscribe = { channel: "/meta/subscribe", subscription: KEPT };
      const exchange = talker.say({ ...subscribe, ext: { replay: { since: -2 } } });
      const published: number[] = [];
      do {
        published.push(published.length);
        void world.comet.publish(KEPT, published.length - 1);
        await step(world, kind.next);
        await step(world, kind.next);
      } while (!exchange.responder.hasEnded && published.length < 90);
      // Ten rounds of it take more promises than one look at the world waits for.
      for (let look = 0; look < 10; look++) await world.settle();
      const received = await dataOf(world, talker, -1);
      expect([...received].sort((one, other) => Number(one) - Number(other))).toEqual(published);
    });
  });
});
