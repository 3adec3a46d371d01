import type { StoreHost } from "@encke/core";
import { MemoryLog, MemoryStore, type MemoryStoreOptions } from "@encke/store-memory";
import { describe, expect, it } from "vitest";
import { deliveriesIn, Talker } from "../support/talker.ts";
import { LATER, World } from "../support/world.ts";

interface Inherited {
  readonly world: World;
  readonly talker: Talker;
  readonly published: readonly unknown[];
}

interface InheritOptions extends MemoryStoreOptions {
  readonly patterns?: readonly string[];
}

/** A server over a slow store, and a client that another server over the same store has left. */
async function inherit({ patterns = [], ...options }: InheritOptions = {}): Promise<Inherited> {
  const store = new MemoryStore(options);
  const first = new World({ store });
  const { clientId } = await first.subscriber(...patterns);
  await first.close();
  const world = new World({ store, kind: LATER });
  await world.settle();
  const published: unknown[] = [];
  world.comet.on("published", ({ data }) => published.push(data));
  const talker = new Talker(world.comet);
  talker.clientId = clientId;
  return { world, talker, published };
}

describe("taking a client over", () => {
  it("keeps the order of requests that come meanwhile", async () => {
    const { world, talker, published } = await inherit();
    talker.publish("/a", 1);
    await world.scheduler.settle();
    world.scheduler.release();
    await world.scheduler.settle();
    expect(world.scheduler.pending).toMatchObject([{ method: "log.read" }]);
    talker.publish("/a", 2);
    await world.settle();
    expect(published).toEqual([1, 2]);
  });

  it("delivers once what is read again before the feed brings it", async () => {
    const { world, talker } = await inherit({ patterns: ["/a"] });
    void world.comet.publish("/a", 1);
    void world.comet.publish("/a", 2);
    await world.scheduler.settle();
    const poll = talker.poll();
    await world.settleAllBut("feed");
    const { received } = poll.responder;
    poll.responder.flush();
    expect(deliveriesIn(received).map(({ data }) => data)).toEqual([1, 2]);
    const next = talker.poll();
    await world.settle();
    expect(next.responder.isOver).toBe(false);
  });

  it("S13 asks at once whether a permission that was for a time still holds", async () => {
    const store = new MemoryStore();
    const handshake = (): { allow: true; validFor: number } => ({ allow: true, validFor: 60_000 });
    const first = new World({ store, policies: { handshake } });
    const stays = await first.connected();
    const goes = await first.connected();
    await first.close();
    const asked: string[] = [];
    const renew = ({ client }: { readonly client: { readonly id: string } }): boolean => {
      asked.push(client.id);
      return client.id === stays.clientId;
    };
    const world = new World({ store, policies: { handshake, renew } });
    const unknown = { successful: false, error: "402::session_unknown" };
    for (const [{ clientId }, expected] of [
      [stays, { successful: true }],
      [goes, unknown],
    ] as const) {
      const talker = new Talker(world.comet);
      talker.clientId = clientId;
      expect(await world.reply(talker.publish("/a", 1))).toMatchObject(expected);
    }
    expect(asked).toEqual([stays.clientId, goes.clientId]);
  });

  it("delivers what comes meanwhile behind what is older", async () => {
    const { world, talker } = await inherit({ patterns: ["/a"] });
    void world.comet.publish("/a", "older");
    await world.settle();
    const { responder } = talker.poll();
    await world.scheduler.settle();
    world.scheduler.release();
    await world.scheduler.settle();
    expect(world.scheduler.pending).toMatchObject([{ method: "log.read" }]);
    void world.comet.publish("/a", "newer");
    await world.settleAllBut("log.read");
    expect(responder.isOver).toBe(false);
    await world.settle();
    responder.flush();
    expect(deliveriesIn(responder.received)).toMatchObject([{ data: "older" }, { data: "newer" }]);
  });

  it("does not wait for ever for a store that does not answer", async () => {
    const store = new MemoryStore();
    const first = new World({ store });
    const { clientId } = await first.subscriber("/a");
    await first.close();
    const world = new World({ store, kind: LATER, limits: { handlerTimeout: 1_000 } });
    await world.settle();
    const talker = new Talker(world.comet);
    talker.clientId = clientId;
    const publish = talker.publish("/a", 1);
    await world.settleAllBut("clients.claim");
    world.ports.advance(1_100);
    await world.settleAllBut("clients.claim");
    publish.responder.flush();
    expect(publish.responder.received).toMatchObject([{ error: "500::server_error" }]);
  });

  it("does not bring back a client that is just being removed", async () => {
    const world = new World({ kind: LATER });
    const talker = await world.connected();
    talker.disconnect();
    const poll = talker.poll();
    await world.scheduler.settle();
    expect(world.scheduler.pending).toMatchObject([{ method: "clients.destroy" }]);
    expect(await world.reply(poll)).toMatchObject({ error: "402::session_unknown" });
    expect(world.comet.stats().clients).toBe(0);
  });

  it.each([
    ["first", 0],
    ["last", 1],
  ])(
    "does not bring back a client that is sent away meanwhile, when that is answered %s",
    async (_, order) => {
      const { world, talker } = await inherit({ patterns: ["/a"] });
      const poll = talker.poll();
      const gone: unknown[] = [];
      world.comet.on("disconnected", ({ reason }) => gone.push(reason));
      const isGone = world.comet.disconnect(talker.clientId);
      await world.scheduler.settle();
      const methods = world.scheduler.pending.map(({ method }) => method);
      expect(methods).toEqual(["clients.claim", "clients.destroy"]);
      world.scheduler.release(1 - order);
      await world.settle();
      expect(await isGone).toBe(true);
      await world.settle();
      expect(poll.responder.hasEnded).toBe(true);
      expect(gone).toEqual(["disconnected by the server"]);
      expect(world.comet.stats()).toMatchObject({ clients: 0, subscriptions: 0, held: 0 });
    },
  );

  it("brings what was published since the client left, when the server has been started again", async () => {
    const { world, talker } = await inherit({ patterns: ["/a"] });
    for (const data of [1, 2]) void world.comet.publish("/a", data);
    await world.settle();
    expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([
      { data: 1 },
      { data: 2 },
    ]);
  });

  it("gives what a policy refuses to a wildcard to a client that was allowed to name it", async () => {
    const store = new MemoryStore();
    const first = new World({ store });
    const { clientId } = await first.subscriber("/a/*", "/a/b");
    await first.close();
    const policies = { subscribe: () => false };
    const world = new World({ store, policies });
    for (const channel of ["/a/b", "/a/c"]) await world.comet.publish(channel, channel);
    const talker = new Talker(world.comet);
    talker.clientId = clientId;
    expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([{ data: "/a/b" }]);
  });

  it("is done once for all requests that come meanwhile", async () => {
    const { world, talker } = await inherit();
    for (let request = 0; request < 3; request++) talker.publish("/a", request);
    await world.scheduler.settle();
    expect(world.scheduler.pending).toMatchObject([{ method: "clients.claim" }]);
    await world.settle();
    expect(world.comet.stats()).toMatchObject({ clients: 1, published: 3 });
  });

  it("that fails half-way is done anew for the next request", async () => {
    const { world, talker } = await inherit({ patterns: ["/a"] });
    void world.comet.publish("/a", 1);
    await world.settle();
    world.scheduler.failNext("log.read", new Error("no disk"));
    expect(await world.reply(talker.poll())).toMatchObject({ error: "500::server_error" });
    expect(world.comet.stats().clients).toBe(0);
    expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([{ data: 1 }]);
  });
});

describe("a client that was away for longer than the log remembers", () => {
  it("is told that it has lost something, and what is left is delivered", async () => {
    const { world, talker } = await inherit({ maxEntries: 2, patterns: ["/a"] });
    const gaps: unknown[] = [];
    world.comet.on("gap", ({ client, from, to }) => gaps.push([client.id, from, to]));
    for (const data of [1, 2, 3, 4, 5]) void world.comet.publish("/a", data);
    await world.settle();
    const received = await world.answer(talker.poll());
    expect(deliveriesIn(received)).toMatchObject([{ data: 4 }, { data: 5 }]);
    expect(received.at(-1)).toMatchObject({
      channel: "/meta/connect",
      successful: true,
      ext: { gap: { from: 0, to: 3 } },
    });
    expect(gaps).toEqual([[talker.clientId, 0, 3]]);
    expect(world.comet.stats().gaps).toBe(1);
  });

  it("is told once, and at once", async () => {
    const { world, talker } = await inherit({ maxEntries: 1 });
    for (const data of [1, 2, 3]) void world.comet.publish("/b", data);
    await world.settle();
    expect(await world.reply(talker.poll())).toMatchObject({ ext: { gap: { from: 0 } } });
    const next = talker.poll();
    await world.settle();
    expect(next.responder.isOver).toBe(false);
  });

  it("is told so also when nothing is left at all", async () => {
    const store = new MemoryStore();
    const first = new World({ store });
    const { clientId } = await first.subscriber("/a");
    await first.close();
    // Clients outlived the process; the log did not.
    const log = new MemoryLog({ startAfter: 100 });
    const { capabilities, clients } = store;
    const rest = { open: (host: StoreHost) => store.open(host), close: () => log.close() };
    const world = new World({ store: { capabilities, log, clients, ...rest } });
    const talker = new Talker(world.comet);
    talker.clientId = clientId;
    expect(await world.reply(talker.poll())).toMatchObject({ ext: { gap: { from: 0, to: 100 } } });
  });
});
