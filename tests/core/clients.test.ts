import type { ClientOptions, CometEvents } from "@encke/core";
import { describe, expect, it } from "vitest";
import { SharedStore } from "../store/shared-store.ts";
import { FakePorts } from "../support/fake-ports.ts";
import { deliveriesIn, Talker } from "../support/talker.ts";
import { World } from "../support/world.ts";

async function dataOf(world: World, talker: Talker): Promise<unknown[]> {
  const received = await world.answer(talker.poll({ advice: { timeout: 0 } }));
  return deliveriesIn(received).map(({ data }) => data);
}

describe("messages by name", () => {
  it("reach everybody, or everybody but one, whatever they are subscribed to", async () => {
    const world = new World();
    const ann = await world.connected();
    const bob = await world.connected();
    const publicId = world.comet.client(bob.clientId)?.publicId as string;
    await world.comet.broadcast("/all", 1);
    await world.comet.broadcast("/all", 2, { except: publicId });
    await world.comet.broadcast("/service/all", 3, { except: ann.clientId });
    expect(await dataOf(world, ann)).toEqual([1, 2]);
    expect(await dataOf(world, bob)).toEqual([1, 3]);
  });

  it("leave out a publisher by its public id", async () => {
    const world = new World();
    const talker = await world.subscriber("/a");
    const publicId = world.comet.client(talker.clientId)?.publicId as string;
    await world.comet.publish("/a", 1, { except: publicId });
    await world.comet.publish("/a", 2);
    expect(await dataOf(world, talker)).toEqual([2]);
  });
});

describe("subscribing a client as the server", () => {
  it("raises the same facts, once, and asks no policy", async () => {
    const world = new World({ policies: { subscribe: () => false } });
    const talker = await world.connected();
    const told: string[] = [];
    world.comet.on("subscribed", ({ channel }) => told.push(`+${channel}`));
    world.comet.on("unsubscribed", ({ channel }) => told.push(`-${channel}`));
    const { comet } = world;
    expect(await comet.subscribe(talker.clientId, "/a")).toBe(true);
    expect(await comet.subscribe(talker.clientId, "/a")).toBe(false);
    expect(await comet.unsubscribe(talker.clientId, "/a")).toBe(true);
    expect(await comet.unsubscribe(talker.clientId, "/a")).toBe(false);
    expect(await comet.subscribe("nobody", "/a")).toBe(false);
    expect(told).toEqual(["+/a", "-/a"]);
    await expect(comet.subscribe(talker.clientId, "/service/a")).rejects.toMatchObject({
      code: "channel_pattern_invalid",
    });
  });
});

describe("sending a client away", () => {
  it("tells it why", async () => {
    const world = new World();
    const talker = await world.connected();
    const held = talker.poll();
    await world.settle();
    const reason = "You have been asked to leave. ".repeat(20);
    expect(await world.comet.disconnect(talker.clientId, reason)).toBe(true);
    expect(await world.reply(held)).toMatchObject({
      advice: { reconnect: "none" },
      ext: { reason: reason.slice(0, 200) },
    });
  });

  it("works by its public id", async () => {
    const world = new World();
    const talker = await world.connected();
    const publicId = world.comet.client(talker.clientId)?.publicId as string;
    expect(await world.comet.disconnect(publicId)).toBe(true);
    expect(await world.comet.disconnect(publicId)).toBe(false);
  });

  it("works on whichever node it is, and is raised once", async () => {
    const ports = new FakePorts();
    const store = new SharedStore();
    const here = new World({ store, ports });
    const there = new World({ store: new SharedStore(store), ports });
    const ended: CometEvents["disconnected"]["reason"][] = [];
    for (const { comet } of [here, there]) {
      comet.on("disconnected", ({ reason }) => ended.push(reason));
    }
    const talker = await here.connected();
    const held = talker.poll();
    await here.settle();
    expect(await there.comet.disconnect(talker.clientId, "enough")).toBe(true);
    expect(await here.reply(held)).toMatchObject({ ext: { reason: "enough" } });
    expect(here.comet.client(talker.clientId)).toBeUndefined();
    expect(ended).toEqual(["enough"]);
  });
});

describe("what a store keeps beside clients", () => {
  it("cannot be sent away", async () => {
    const world = new World({ store: new SharedStore() });
    world.comet.source("/ticks", { every: 60_000, value: () => undefined });
    await world.subscriber("/ticks");
    const ended: string[] = [];
    world.comet.on("disconnected", ({ reason }) => ended.push(reason));
    const before = await world.store.clients.count();
    expect(before).toBe(2);
    expect(await world.comet.disconnect("encke:source:/ticks")).toBe(false);
    expect(await world.store.clients.count()).toBe(before);
    expect(ended).toEqual([]);
  });
});

describe("what a policy says of a client", () => {
  it("narrows the connection types that it may use", async () => {
    const world = new World({
      policies: {
        handshake: () => ({ allow: true, client: { connectionTypes: ["long-polling"] } }),
      },
    });
    const talker = new Talker(world.comet);
    const reply = await world.reply(talker.handshake());
    expect(reply.supportedConnectionTypes).toEqual(["long-polling"]);
    talker.clientId = reply.clientId as string;
    const other = await world.reply(talker.poll({ connectionType: "websocket" }));
    expect(other).toMatchObject({ successful: false, error: expect.stringMatching(/^301/) });
    expect(await world.reply(talker.poll())).toMatchObject({ successful: true });
    const none = { supportedConnectionTypes: ["websocket"] };
    const refused = await world.reply(new Talker(world.comet).handshake(none));
    expect(refused).toMatchObject({ successful: false, error: expect.stringMatching(/^301/) });
  });

  it("gives it an overflow policy of its own", async () => {
    const world = new World({
      limits: { mailboxMessages: 1 },
      policies: { handshake: () => ({ allow: true, client: { overflow: "drop-newest" } }) },
    });
    const talker = await world.subscriber("/a");
    for (const data of [1, 2]) await world.comet.publish("/a", data);
    expect(await dataOf(world, talker)).toEqual([1]);
  });

  it.each([
    { timeout: -1 },
    { maxInterval: 5 },
    { overflow: "conflate" },
    { displayName: "" },
    { colour: 1 },
  ])("is a mistake of the application when it makes no sense: %j", async (client) => {
    const world = new World({
      log: () => undefined,
      policies: { handshake: () => ({ allow: true, client: client as ClientOptions }) },
    });
    const reply = await world.reply(new Talker(world.comet).handshake());
    expect(reply.error).toMatch(/^500/);
    await expect(world.comet.createClient(client as ClientOptions)).rejects.toMatchObject({
      code: "options_invalid",
    });
    expect(world.comet.stats().clients).toBe(0);
  });
});

describe("objects of the application's own for clients", () => {
  class Player {
    readonly name: string;

    constructor(name: string) {
      this.name = name;
    }
  }

  it("are made once for each, wherever it comes from", async () => {
    const ports = new FakePorts();
    const store = new SharedStore();
    const clientFactory = {
      create: ({ publicId }: { publicId: string }) => new Player(publicId),
    };
    const here = new World({ store, ports, clientFactory });
    const there = new World({ store: new SharedStore(store), ports, clientFactory });
    const talker = await here.connected();
    const player = here.comet.client(talker.clientId)?.app;
    expect(player).toBeInstanceOf(Player);
    const moved = new Talker(there.comet);
    moved.clientId = talker.clientId;
    moved.poll();
    await there.settle();
    expect(there.comet.client(talker.clientId)?.app).toEqual(player);
  });

  it("refuse the client when they cannot be made, and leave nothing of it", async () => {
    const world = new World({
      log: () => undefined,
      clientFactory: {
        create() {
          throw new Error("no player");
        },
      },
    });
    const reply = await world.reply(new Talker(world.comet).handshake());
    expect(reply.error).toMatch(/^500/);
    expect(world.comet.stats().clients).toBe(0);
    expect(await world.store.clients.count()).toBe(0);
  });
});

describe("ids from a generator of the application's own", () => {
  it("are those of its clients", async () => {
    let count = 0;
    const newId = (): string => `client-${String(++count).padStart(16, "0")}`;
    const world = new World({ clientIds: { newId } });
    expect((await world.client()).clientId).toBe("client-0000000000000001");
  });

  it.each([
    ["short"],
    ["has a blank in the middle"],
    ['has-a-quote"-in-the-middle'],
    ["has-a-line-of\nits-own-behind-it"],
    [17],
  ])("cannot be %j", async (id) => {
    const world = new World({ log: () => undefined, clientIds: { newId: () => id as string } });
    expect((await world.reply(new Talker(world.comet).handshake())).error).toMatch(/^500/);
  });

  it("are asked for again while they are in use, a few times", async () => {
    const ids = ["a".repeat(16), "a".repeat(16), "b".repeat(16)];
    const newId = (): string => ids.shift() ?? "b".repeat(16);
    const world = new World({ log: () => undefined, clientIds: { newId } });
    await world.client();
    expect((await world.client()).clientId).toBe("b".repeat(16));
    expect((await world.reply(new Talker(world.comet).handshake())).error).toMatch(/^500/);
  });

  it("give way to those of an adapter that makes its own, which are held to the same", async () => {
    const newId = (): string => "a".repeat(16);
    const world = new World({ log: () => undefined, clientIds: { newId } });
    const own = await world.client({ newClientId: () => "b".repeat(16) });
    expect(own.clientId).toBe("b".repeat(16));
    expect((await world.client()).clientId).toBe("a".repeat(16));
    const short = new Talker(world.comet, { newClientId: () => "short" });
    expect((await world.reply(short.handshake())).error).toMatch(/^500/);
  });
});

describe("a store that takes two ids for the same", () => {
  it("does not let somebody in by an id that only looks like that of a client", async () => {
    const world = new World();
    const talker = await world.connected();
    const { clients } = world.comet.store;
    const claim = clients.claim.bind(clients);
    clients.claim = (id, ...more) => claim(id.trim(), ...more);
    const thief = new Talker(world.comet);
    thief.clientId = `${talker.clientId} `;
    expect(await world.reply(thief.publish("/a", 1))).toMatchObject({
      error: "402::session_unknown",
    });
    expect(await world.reply(talker.publish("/a", 1))).toMatchObject({ successful: true });
  });
});
