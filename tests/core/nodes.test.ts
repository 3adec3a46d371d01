import type { ClientRecord, IStore } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import { describe, expect, it, vi } from "vitest";
import { SharedStore } from "../store/shared-store.ts";
import { FakePorts } from "../support/fake-ports.ts";
import { deliveriesIn, Talker } from "../support/talker.ts";
import { LATER, World } from "../support/world.ts";

interface Cluster {
  readonly here: World;
  readonly there: World;
  /** What another node has of the store, to do with it what a node may do. */
  readonly store: IStore;
}

/** Two servers that share a store and a clock. */
function cluster(): Cluster {
  const ports = new FakePorts();
  const first = new SharedStore();
  const here = new World({ store: first, ports });
  const store = new SharedStore(first);
  const there = new World({ store, ports });
  return { here, there, store };
}

/** The same client, as it speaks to another server. */
function movedTo({ comet }: World, { clientId }: Talker): Talker {
  const talker = new Talker(comet);
  talker.clientId = clientId;
  return talker;
}

describe("a client that comes to another node", () => {
  it("gets what was published while it was away, on whichever node, once and in order", async () => {
    const { here, there } = cluster();
    const talker = await here.subscriber("/a");
    await here.comet.publish("/a", 1);
    await there.comet.publish("/a", 2);
    const received = await there.answer(movedTo(there, talker).poll());
    expect(deliveriesIn(received)).toMatchObject([{ data: 1 }, { data: 2 }]);
  });

  it("gets what is published from then on, and is held like any other", async () => {
    const { here, there } = cluster();
    const talker = movedTo(there, await here.subscriber("/a"));
    const poll = talker.poll();
    await there.settle();
    expect(poll.responder.isOver).toBe(false);
    await here.comet.publish("/a", 1);
    expect(deliveriesIn(await there.answer(poll))).toMatchObject([{ data: 1 }]);
  });

  it("is left by the node that it came from, whose held connect is answered", async () => {
    const { here, there } = cluster();
    const talker = await here.subscriber("/a");
    const held = talker.poll();
    await here.settle();
    movedTo(there, talker).poll();
    await there.settle();
    expect(await here.reply(held)).toMatchObject({
      successful: true,
      advice: { reconnect: "retry", interval: 0 },
    });
    expect(here.comet.stats()).toMatchObject({ clients: 0, held: 0, subscriptions: 0, timers: 1 });
    expect(there.comet.stats()).toMatchObject({ clients: 1, held: 1, subscriptions: 1 });
  });

  it("does not get again what it has got, and does get what was still waiting", async () => {
    const { here, there } = cluster();
    const talker = await here.subscriber("/a");
    const held = talker.poll();
    await here.settle();
    await here.comet.publish("/a", "got");
    await here.answer(held);
    await here.comet.publish("/a", "waiting");
    const received = await there.answer(movedTo(there, talker).poll());
    expect(deliveriesIn(received)).toMatchObject([{ data: "waiting" }]);
  });

  it("gets what was already on its way, and gets it once", async () => {
    const { here, there } = cluster();
    const talker = await here.subscriber("/a");
    const { responder } = talker.poll();
    await here.settle();
    await here.comet.publish("/a", 1);
    await here.settle();
    await there.answer(movedTo(there, talker).publish("/b", 1));
    responder.flush();
    expect(deliveriesIn(responder.received)).toMatchObject([{ data: 1 }]);
    expect(there.comet.client(talker.clientId)?.waiting).toBe(0);
  });

  it("does not get again what another node sent it, although the news of that is on its way", async () => {
    const ports = new FakePorts();
    const first = new SharedStore();
    const here = new World({ store: first, ports, kind: LATER });
    const there = new World({ store: new SharedStore(first), ports });
    const talker = await here.subscriber("/a");
    await there.comet.publish("/a", 1);
    const received = await there.answer(movedTo(there, talker).poll());
    expect(deliveriesIn(received)).toHaveLength(1);
    const back = talker.poll();
    await here.settleAllBut("feed");
    await here.settle();
    expect(back.responder.isOver).toBe(false);
  });

  it("is served where it is while the store does not say who serves it", async () => {
    const { here } = cluster();
    const talker = await here.subscriber("/a");
    const commit = vi.fn(() => Promise.reject(new Error("away")));
    here.comet.store.clients.commit = commit;
    const poll = talker.poll();
    await here.settle();
    expect(commit).toHaveBeenCalled();
    expect(poll.responder.isOver).toBe(false);
  });

  it("is told to ask again, and not to begin anew, by a node that was still looking at a connect", async () => {
    const { here, there } = cluster();
    const talker = await here.subscriber("/a");
    const decisions: (() => void)[] = [];
    here.comet.on("connecting", () => new Promise<void>((resolve) => decisions.push(resolve)));
    const poll = talker.poll();
    await here.settle();
    await there.answer(movedTo(there, talker).poll({ advice: { timeout: 0 } }));
    for (const decide of decisions) decide();
    expect(await here.reply(poll)).toMatchObject({
      successful: true,
      advice: { reconnect: "retry", interval: 0 },
    });
    expect(here.comet.stats().clients).toBe(0);
  });

  it("is not kept by a node that learns of its own claim after that of another", async () => {
    const ports = new FakePorts();
    const first = new SharedStore();
    const slow = new World({ store: first, ports, kind: LATER });
    await slow.settle();
    const other = new World({ store: new SharedStore(first), ports });
    const talker = await other.subscriber("/a");
    const poll = movedTo(slow, talker).poll();
    await slow.scheduler.settle();
    const held = talker.poll();
    await slow.settleAllBut("clients.claim");
    expect(await slow.reply(poll)).toMatchObject({
      successful: true,
      advice: { reconnect: "retry", interval: 0 },
    });
    expect(slow.comet.stats()).toMatchObject({ clients: 0, held: 0, subscriptions: 0 });
    expect(other.comet.stats()).toMatchObject({ clients: 1, held: 1 });
    expect(held.responder.isOver).toBe(false);
  });

  it("may come back", async () => {
    const { here, there } = cluster();
    const talker = await here.subscriber("/a");
    movedTo(there, talker).poll();
    await there.settle();
    const poll = talker.poll();
    await here.settle();
    expect(there.comet.stats().clients).toBe(0);
    await there.comet.publish("/a", 1);
    expect(deliveriesIn(await here.answer(poll))).toMatchObject([{ data: 1 }]);
  });
});

describe("news of another node", () => {
  it("subscribes and unsubscribes a client that is served here", async () => {
    const { here, there, store } = cluster();
    const talker = await here.connected();
    await store.clients.subscribe(talker.clientId, "/a");
    expect(here.comet.client(talker.clientId)?.subscriptions).toEqual(["/a"]);
    await there.comet.publish("/a", 1);
    expect(deliveriesIn(await here.answer(talker.poll()))).toMatchObject([{ data: 1 }]);
    await store.clients.unsubscribe(talker.clientId, "/a");
    expect(here.comet.stats().subscriptions).toBe(0);
  });

  it("does not deliver what was published before the subscription", async () => {
    const { here, there, store } = cluster();
    const talker = await here.connected();
    await there.comet.publish("/a", "before");
    await store.clients.subscribe(talker.clientId, "/a");
    await there.comet.publish("/a", "after");
    expect(deliveriesIn(await here.answer(talker.poll()))).toMatchObject([{ data: "after" }]);
  });

  it("ends a client that is served here, without telling anybody twice", async () => {
    const { here, store } = cluster();
    const heard: unknown[] = [];
    here.comet.on("disconnected", ({ reason }) => heard.push(reason));
    const talker = await here.subscriber("/a");
    const held = talker.poll();
    await here.settle();
    await store.clients.destroy(talker.clientId, "elsewhere");
    expect(await here.reply(held)).toMatchObject({ advice: { reconnect: "none" } });
    expect(here.comet.stats()).toMatchObject({ clients: 0, held: 0, timers: 1 });
    expect(heard).toEqual([]);
  });

  it("of clients that others serve concerns nobody here", async () => {
    const { here, there, store } = cluster();
    const talker = await there.subscriber("/a");
    await store.clients.unsubscribe(talker.clientId, "/a");
    expect(here.comet.stats()).toMatchObject({ clients: 0, subscriptions: 0 });
  });
});

describe("news that comes too late", () => {
  it("of a take-over that this node has answered by one of its own is ignored", async () => {
    const store = new MemoryStore();
    const world = new World({ store });
    const talker = await world.connected();
    const { owner, generation } = store.clients.get(talker.clientId) as ClientRecord;
    const moved = { type: "moved", client: talker.clientId, from: owner as string } as const;
    store.log.announce({ ...moved, generation });
    expect(world.comet.client(talker.clientId)?.isAlive).toBe(true);
    store.log.announce({ ...moved, generation: generation + 1 });
    expect(world.comet.client(talker.clientId)).toBeUndefined();
  });

  it("for another node, which served the client before, is ignored", async () => {
    const store = new MemoryStore();
    const world = new World({ store });
    const { clientId: client } = await world.subscriber("/a");
    const owner = "another node";
    store.log.announce({ type: "subscribed", client, owner, pattern: "/b" });
    store.log.announce({ type: "unsubscribed", client, owner, pattern: "/a" });
    store.log.announce({ type: "ended", client, owner, reason: "timeout" });
    expect(world.comet.client(client)).toMatchObject({ isAlive: true, subscriptions: ["/a"] });
  });
});

describe("a client that the store has lost", () => {
  it("is told to begin anew when the store is next asked to keep it", async () => {
    const world = new World();
    const talker = await world.subscriber("/a");
    const { store, comet } = world;
    const heard: unknown[] = [];
    comet.on("disconnected", ({ reason }) => heard.push(reason));
    await store.clients.destroy(talker.clientId, "lost");
    const held = talker.poll();
    await world.pass(25_000);
    expect(await world.reply(held)).toMatchObject({
      successful: false,
      error: "402::session_unknown",
      advice: { reconnect: "handshake", interval: 0 },
    });
    expect(heard).toEqual(["lost"]);
    expect(comet.stats()).toMatchObject({ clients: 0, timers: 1 });
  });
});

describe("a client that no node serves any more", () => {
  it("is forgotten in the end by one node, which says so", async () => {
    const { here, there } = cluster();
    const heard: string[] = [];
    for (const [name, { comet }] of [
      ["here", here],
      ["there", there],
    ] as const) {
      comet.on("disconnected", ({ reason }) => heard.push(`${name} ${reason}`));
      comet.on("unsubscribed", ({ channel }) => heard.push(`${name} ${channel}`));
    }
    const { clientId } = await here.subscriber("/a");
    await here.close();
    await there.pass(200_000);
    expect(heard).toEqual(["there /a", "there timeout"]);
    expect(await there.store.clients.touch([clientId], 1_000)).toEqual([clientId]);
  });

  it("keeps its record for as long as its node has a connect of it", async () => {
    const world = new World();
    const talker = await world.connected();
    for (let poll = 0; poll < 10; poll++) {
      const { responder } = talker.poll();
      await world.pass(30_200);
      responder.flush();
    }
    expect(await world.store.clients.reap(10)).toEqual([] satisfies ClientRecord[]);
    expect(world.comet.client(talker.clientId)?.isAlive).toBe(true);
  });

  it("is not given up by its own node where the store has long been silent", async () => {
    const world = new World({ kind: LATER });
    const talker = await world.connected();
    for (let poll = 0; poll < 6; poll++) {
      const { responder } = talker.poll();
      world.ports.advance(30_200);
      await world.settleAllBut("clients.touch");
      responder.flush();
    }
    await world.settle();
    expect(world.comet.client(talker.clientId)?.isAlive).toBe(true);
    await world.pass(30_000);
    expect(await world.store.clients.reap(10)).toEqual([] satisfies ClientRecord[]);
  });
});
