import { describe, expect, it } from "vitest";
import { SharedStore } from "../store/shared-store.ts";
import { FakePorts } from "../support/fake-ports.ts";
import { deliveriesIn, Talker } from "../support/talker.ts";
import { LATER, World } from "../support/world.ts";

/** Two servers that share a store and a clock. */
function nodes(): { readonly here: World; readonly there: World } {
  const ports = new FakePorts();
  const store = new SharedStore();
  const here = new World({ store, ports });
  return { here, there: new World({ store: new SharedStore(store), ports }) };
}

/** Writes of how far a client has got that are under way. */
function commitsIn({ scheduler }: World): number {
  return scheduler.pending.filter(({ method }) => method === "clients.commit").length;
}

describe("a client that does not acknowledge, where there are many nodes", () => {
  it("has it written down how far it has got on a connection that lasts by one write at a time", async () => {
    const world = new World({ store: new SharedStore(), kind: LATER });
    const talker = await world.client({ connection: { close: () => undefined } });
    await world.answer(talker.poll());
    await world.answer(talker.subscribe("/a"));
    for (const data of [1, 2]) {
      const poll = talker.poll();
      await world.settleAllBut("clients.commit");
      void world.comet.publish("/a", data);
      await world.settleAllBut("clients.commit");
      poll.responder.flush();
    }
    expect(commitsIn(world)).toBe(1);
    world.scheduler.release(0);
    await world.scheduler.settle();
    expect(commitsIn(world)).toBe(1);
    await world.settle();
    expect(commitsIn(world)).toBe(0);
  });

  it("gets an answer with messages only when the store knows that it has them", async () => {
    const world = new World({ store: new SharedStore(), kind: LATER });
    const talker = await world.subscriber("/a");
    const poll = talker.poll();
    await world.settle();
    void world.comet.publish("/a", 1);
    await world.settleAllBut("clients.commit");
    expect(poll.responder.isOver).toBe(false);
    expect(commitsIn(world)).toBe(1);
    expect(deliveriesIn(await world.answer(poll))).toMatchObject([{ data: 1 }]);
    expect(commitsIn(world)).toBe(0);
  });

  it("gets all in order when it gives up a request whose messages wait for the store", async () => {
    const world = new World({ store: new SharedStore(), kind: LATER });
    const talker = await world.subscriber("/a");
    const first = talker.poll();
    await world.settle();
    void world.comet.publish("/a", 1);
    await world.settleAllBut("clients.commit");
    const second = talker.poll();
    void world.comet.publish("/a", 2);
    await world.settleAllBut("clients.commit");
    // This one asks whether the client is still served here; what it had before is not written yet.
    world.scheduler.release(1);
    await world.settleAllBut("clients.commit");
    await world.settle();
    expect(first.responder.received).toEqual([]);
    expect(deliveriesIn(await world.answer(second))).toMatchObject([{ data: 1 }, { data: 2 }]);
  });

  it("gets no message from a node that serves it no more, though it had one to send", async () => {
    const { here, there } = nodes();
    const talker = await here.subscriber("/a");
    const held = talker.poll();
    await here.settle();
    const { commit } = here.comet.store.clients;
    const waiting: (() => void)[] = [];
    here.comet.store.clients.commit = async (...args) => {
      // What both nodes have; the first write is that of this one.
      if (waiting.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      return commit.apply(here.store.clients, args);
    };
    await here.comet.publish("/a", 1);
    await here.settle();
    expect(waiting).toHaveLength(1);
    const moved = new Talker(there.comet);
    moved.clientId = talker.clientId;
    const received = await there.answer(moved.poll());
    expect(deliveriesIn(received)).toMatchObject([{ data: 1 }]);
    waiting[0]?.();
    expect(deliveriesIn(await here.answer(held))).toEqual([]);
    expect(held.responder.isOver).toBe(true);
  });

  it("gets its messages also where the store does not answer", async () => {
    const { here } = nodes();
    const talker = await here.subscriber("/a");
    const held = talker.poll();
    await here.settle();
    here.comet.store.clients.commit = () => Promise.reject(new Error("away"));
    await here.comet.publish("/a", 1);
    expect(deliveriesIn(await here.answer(held))).toMatchObject([{ data: 1 }]);
  });
});
