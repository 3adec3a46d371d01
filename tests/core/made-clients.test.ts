import type { ClientOptions, Verdict } from "@encke/core";
import { describe, expect, it } from "vitest";
import { SharedStore } from "../store/shared-store.ts";
import { FakePorts } from "../support/fake-ports.ts";
import { deliveriesIn, type Exchange, type Said, Talker } from "../support/talker.ts";
import { STORE_KINDS, World, type WorldOptions } from "../support/world.ts";

async function make(world: World, options: ClientOptions = {}): Promise<string> {
  const made = world.comet.createClient(options);
  await world.settle();
  return (await made).id;
}

function presenting(token: unknown): Said {
  return { ext: { clientToken: token } };
}

async function dataOf(world: World, talker: Talker): Promise<unknown[]> {
  const received = await world.answer(talker.poll({ advice: { timeout: 0 } }));
  return deliveriesIn(received).map(({ data }) => data);
}

describe.each(STORE_KINDS)("a client that the server has made, over $name", (kind) => {
  it("is the client of whoever presents its token, with all that was done for it before", async () => {
    const world = new World({ kind });
    const id = await make(world, { publicId: "ann", displayName: "Ann", data: { admin: true } });
    void world.comet.subscribe(id, "/news");
    await world.settle();
    void world.comet.publish("/news", 1);
    void world.comet.deliver("ann", "/service/hello", 2);
    await world.settle();
    const talker = new Talker(world.comet);
    const reply = await world.reply(talker.handshake(presenting(id)));
    expect(reply).toMatchObject({ successful: true, clientId: id });
    talker.clientId = id;
    expect(await dataOf(world, talker)).toEqual([1, 2]);
    expect(world.comet.client(id)).toMatchObject({
      publicId: "ann",
      displayName: "Ann",
      data: { admin: true },
      subscriptions: ["/news"],
    });
    expect(world.comet.clientByPublicId("ann")).toBe(world.comet.client(id));
  });

  it.each([["nobody's"], [17], [null], [{}], [""]])(
    "is for nobody who presents %j",
    async (token) => {
      const world = new World({ kind });
      const id = await make(world);
      const reply = await world.reply(new Talker(world.comet).handshake(presenting(token)));
      expect(reply).toMatchObject({
        successful: false,
        error: "403::There is no such client.",
        advice: { reconnect: "none" },
      });
      expect(world.comet.client(id)?.isAlive).toBe(true);
    },
  );

  it("cannot be one that made itself", async () => {
    const world = new World({ kind });
    const { clientId } = await world.client();
    const reply = await world.reply(new Talker(world.comet).handshake(presenting(clientId)));
    expect(reply).toMatchObject({ successful: false });
  });

  it("is forgotten when nobody comes in time, and lives like any other once somebody has", async () => {
    const world = new World({ kind, maxInterval: 5_000 });
    const early = await make(world, { presentWithin: 2_000 });
    const late = await make(world);
    await world.pass(2_200);
    expect(world.comet.client(early)).toBeUndefined();
    await world.pass(50_000);
    expect(world.comet.client(late)?.isAlive).toBe(true);
    await world.reply(new Talker(world.comet).handshake(presenting(late)));
    await world.pass(5_200);
    expect(world.comet.client(late)).toBeUndefined();
  });

  it("is the same client when its page is loaded again, and the old page's connect is answered", async () => {
    const world = new World({ kind });
    const id = await make(world);
    const page = new Talker(world.comet);
    await world.reply(page.handshake(presenting(id)));
    page.clientId = id;
    await world.answer(page.poll());
    const held = page.poll();
    await world.answer(page.subscribe("/a"));
    const again = new Talker(world.comet);
    const reply = await world.reply(again.handshake(presenting(id)));
    again.clientId = id;
    expect(reply).toMatchObject({ successful: true, clientId: id });
    expect(await world.reply(held)).toMatchObject({ advice: { "multiple-clients": true } });
    const first = await world.answer(again.poll());
    expect(first).toMatchObject([{ successful: true, advice: { reconnect: "retry" } }]);
    void world.comet.publish("/a", 1);
    await world.settle();
    expect(await dataOf(world, again)).toEqual([1]);
  });

  it("has a pace of its own, which it is told", async () => {
    const world = new World({ kind });
    const id = await make(world, { timeout: 4_000, interval: 500, maxInterval: 2_000 });
    const talker = new Talker(world.comet);
    const { advice } = await world.reply(talker.handshake(presenting(id)));
    expect(advice).toEqual({
      reconnect: "retry",
      timeout: 4_000,
      interval: 500,
      maxInterval: 2_000,
    });
    talker.clientId = id;
    await world.answer(talker.poll());
    const held = talker.poll();
    await world.pass(4_200);
    await world.answer(held);
    expect(held.responder.received).toMatchObject([{ successful: true }]);
    await world.pass(2_000);
    expect(world.comet.client(id)?.isAlive).toBe(true);
    await world.pass(700);
    expect(world.comet.client(id)).toBeUndefined();
  });

  it("needs a public id of its own", async () => {
    const world = new World({ kind });
    await make(world, { publicId: "ann" });
    const others = [
      world.comet.createClient({ publicId: "ann" }),
      world.comet.createClient({ publicId: "bob" }),
      world.comet.createClient({ publicId: "bob" }),
    ];
    const made = Promise.allSettled(others);
    await world.settle();
    const failed = { status: "rejected", reason: { code: "client_exists" } };
    expect(await made).toMatchObject([failed, { status: "fulfilled" }, failed]);
  });

  it("passes the handshake policy and event, which see that it is", async () => {
    const world = new World({
      kind,
      policies: { handshake: ({ client }) => client?.publicId === "ann" },
    });
    const seen: (string | undefined)[] = [];
    world.comet.on("handshaking", ({ client }) => seen.push(client?.publicId));
    const ann = await make(world, { publicId: "ann" });
    const bob = await make(world, { publicId: "bob" });
    for (const [token, successful] of [
      [ann, true],
      [bob, false],
      [undefined, false],
    ] as const) {
      const fields = token === undefined ? {} : presenting(token);
      const reply = await world.reply(new Talker(world.comet).handshake(fields));
      expect(reply.successful).toBe(successful);
    }
    expect(seen).toEqual(["ann"]);
  });

  it("stays with the browser in which somebody was it first", async () => {
    const world = new World({ kind });
    const id = await make(world);
    const here = new Talker(world.comet, { browser: { presented: "here", offered: "here" } });
    const there = new Talker(world.comet, { browser: { presented: "there", offered: "there" } });
    expect(await world.reply(here.handshake(presenting(id)))).toMatchObject({ successful: true });
    expect(await world.reply(there.handshake(presenting(id)))).toMatchObject({ successful: false });
    there.clientId = id;
    expect(await world.reply(there.poll())).toMatchObject({ error: expect.stringMatching(/^402/) });
  });
});

describe("a client that the server has made and another node serves", () => {
  function nodes(options: WorldOptions = {}): readonly [World, World] {
    const ports = new FakePorts();
    const store = new SharedStore();
    const here = new World({ ...options, store, ports });
    return [here, new World({ ...options, store: new SharedStore(store), ports })];
  }

  function talkerAt({ comet }: World, id: string, browser?: string): Talker {
    const context = browser && { browser: { presented: browser, offered: browser } };
    const talker = new Talker(comet, context || {});
    talker.clientId = id;
    return talker;
  }

  it("is found by its token, and by its public id", async () => {
    const [here, there] = nodes();
    const id = await make(here, { publicId: "ann" });
    const talker = new Talker(there.comet);
    expect(await there.reply(talker.handshake(presenting(id)))).toMatchObject({ clientId: id });
    talker.clientId = id;
    await there.answer(talker.poll());
    void here.comet.deliver("ann", "/service/hello", 1);
    await here.settle();
    expect(await dataOf(there, talker)).toEqual([1]);
  });

  it("is nobody there either, until a handshake was allowed", async () => {
    const [here, there] = nodes();
    const id = await make(here);
    expect(await there.reply(talkerAt(there, id).poll())).toMatchObject({
      successful: false,
      error: expect.stringMatching(/^402:/),
    });
  });

  it("is what its handshake made of it: its browser's, acknowledging, and for as long as it was allowed", async () => {
    const renewed: string[] = [];
    const [here, there] = nodes({
      policies: {
        handshake: () => ({ allow: true, validFor: 60_000, data: { name: "Ann" } }),
        renew: ({ client }) => renewed.push(client.id) > 0,
      },
    });
    here.comet.on("handshaking", (event) => {
      event.acknowledges = true;
    });
    const id = await make(here);
    const asked = talkerAt(here, id, "own").handshake(presenting(id));
    expect(await here.reply(asked)).toMatchObject({ successful: true });
    const other = talkerAt(there, id, "other");
    expect(await there.reply(other.poll())).toMatchObject({ successful: false });
    await there.answer(talkerAt(there, id, "own").poll({ advice: { timeout: 0 } }));
    expect(there.comet.client(id)).toMatchObject({ acknowledges: true, data: { name: "Ann" } });
    expect(renewed).toEqual([id]);
  });

  it("is nobody's here whose handshake was being decided when another node took it over", async () => {
    const decide: ((verdict: Verdict) => void)[] = [];
    const handshake = (): Promise<Verdict> => new Promise((resolve) => decide.push(resolve));
    const [here, there] = nodes({ policies: { handshake } });
    const id = await make(here);
    const [first, second] = [here, there].map(({ comet }) =>
      new Talker(comet).handshake(presenting(id)),
    ) as [Exchange, Exchange];
    await there.settle();
    decide[0]?.(true);
    expect(await here.reply(first)).toMatchObject({
      successful: false,
      advice: { reconnect: "handshake" },
    });
    decide[1]?.(true);
    expect(await there.reply(second)).toMatchObject({ successful: true, clientId: id });
  });

  it("is asked for again when the store cannot say whose it is", async () => {
    const [here] = nodes();
    const id = await make(here);
    here.comet.store.clients.rewrite = () => Promise.reject(new Error("away"));
    const asked = new Talker(here.comet).handshake(presenting(id));
    expect(await here.reply(asked)).toMatchObject({ successful: false });
    expect(here.comet.client(id)?.isAlive).toBe(true);
  });
});
