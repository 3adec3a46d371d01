import type { Message } from "@encke/core";
import { ack } from "@encke/extensions";
import { AckExtension } from "cometd";
import { describe, expect, it } from "vitest";
import { soon } from "../clients/soon.ts";
import { SharedStore } from "../store/shared-store.ts";
import { CUTS, FaultyProxy, portOf } from "../support/faulty-proxy.ts";
import { deliveriesIn, type Talker } from "../support/talker.ts";
import { World, type WorldOptions } from "../support/world.ts";
import { clientOf, serverWith, subscribed, TRANSPORTS } from "./support/real-client.ts";

const CHANNEL = "/a";

describe.each(TRANSPORTS)("ack with cometd.js over %s", (transport) => {
  it("brings each message once and in order, wherever in an answer the connection breaks", async () => {
    const server = await serverWith([ack()]);
    const proxy = await FaultyProxy.before(server.url);
    const client = await clientOf(proxy, transport, { ack: new AckExtension() });
    const received = await subscribed(client, CHANNEL);
    const published: number[] = [];
    for (const cut of CUTS) {
      proxy.cutNext(`"channel":"${CHANNEL}"`, cut);
      for (const data of [published.length, published.length + 1]) {
        published.push(data);
        await server.comet.publish(CHANNEL, data);
      }
      await soon(() => proxy.isToCut).toBe(false);
      await soon(() => received.length).toBeGreaterThanOrEqual(published.length);
    }
    expect(received.map(({ data }) => data)).toEqual(published);
    expect(server.welcomes).toHaveLength(1);
  });

  it("brings what a server had sent and a client had not got when another one took over", async () => {
    const store = new SharedStore();
    const first = await serverWith([ack()], {}, () => store);
    const proxy = await FaultyProxy.before(first.url);
    const client = await clientOf(proxy, transport, { ack: new AckExtension() });
    const received = await subscribed(client, CHANNEL);
    const second = await serverWith([ack()], {}, () => new SharedStore(store));
    await first.comet.publish(CHANNEL, "got");
    await soon(() => received.length).toBe(1);
    proxy.cutNext(`"channel":"${CHANNEL}"`, () => 10);
    proxy.target = portOf(second.url);
    await first.comet.publish(CHANNEL, "cut");
    await soon(() => proxy.isToCut).toBe(false);
    await second.comet.publish(CHANNEL, "new");
    await soon(() => received.length).toBeGreaterThanOrEqual(3);
    expect(received.map(({ data }) => data)).toEqual(["got", "cut", "new"]);
    expect(second.welcomes).toEqual([]);
  });

  it("brings what was published while a server with a lasting store was started again", async () => {
    const store = new SharedStore();
    const server = await serverWith([ack()], {}, () => new SharedStore(store));
    const keeper = await serverWith([], {}, () => store);
    const client = await clientOf(server, transport, { ack: new AckExtension() });
    const received = await subscribed(client, CHANNEL);
    await server.comet.publish(CHANNEL, 1);
    const restarted = server.restart();
    await keeper.comet.publish(CHANNEL, 2);
    await restarted;
    await server.comet.publish(CHANNEL, 3);
    await soon(() => received.length).toBeGreaterThanOrEqual(3);
    expect(received.map(({ data }) => data)).toEqual([1, 2, 3]);
    expect(server.welcomes).toHaveLength(1);
  });
});

describe("ack", () => {
  function worldOf(options: WorldOptions = {}): World {
    const world = new World(options);
    world.comet.use(ack());
    return world;
  }

  it("is answered in the form in which it is asked for", async () => {
    const world = worldOf();
    expect((await handshake(world, true)).reply.ext).toEqual({ ack: true });
    await world.comet.publish(CHANNEL, 1);
    const { reply } = await handshake(world, { enabled: true, batch: 0, size: 0 });
    expect(reply.ext).toEqual({ ack: { enabled: true, batch: expect.any(Number) } });
  });

  it.each([false, null, 1, "true", [], [true], {}, { enabled: 1 }, { enabled: false }, undefined])(
    "is not offered to a client that says %j",
    async (value) => {
      const world = worldOf();
      const { talker, reply } = await handshake(world, value);
      expect(reply).toMatchObject({ successful: true });
      expect(reply).not.toHaveProperty("ext");
      expect(world.comet.client(talker.clientId)?.acknowledges).toBe(false);
      expect(await world.reply(talker.poll())).not.toHaveProperty("ext");
    },
  );

  it.each([null, "1", true, [], {}, -1, -1e308, 0.5, "x".repeat(1_000)])(
    "takes nothing for acknowledged when a connect says %j",
    async (value) => {
      const world = worldOf();
      const { talker } = await handshake(world, true);
      await world.answer(talker.poll());
      await world.answer(talker.subscribe(CHANNEL));
      await world.comet.publish(CHANNEL, 1);
      for (const ext of [{}, { ack: value }, { ack: value }]) {
        const received = await world.answer(talker.poll({ ext, advice: { timeout: 0 } }));
        expect(deliveriesIn(received)).toMatchObject([{ data: 1 }]);
      }
    },
  );

  it("is not offered to a client for which somebody else decides against it", async () => {
    const world = worldOf();
    world.comet.on("handshaking", (event) => {
      event.acknowledges = false;
    });
    expect((await handshake(world, true)).reply).not.toHaveProperty("ext");
  });

  it("keeps what others say in ext", async () => {
    const world = worldOf();
    const say = (message: Message): void => {
      message.ext = { ...message.ext, other: 1 };
    };
    world.comet.use({ name: "other", outgoing: say });
    const { talker, reply } = await handshake(world, true);
    expect(reply.ext).toEqual({ ack: true, other: 1 });
    const connect = await world.reply(talker.poll());
    expect(connect.ext).toEqual({ ack: expect.any(Number), other: 1 });
  });

  it("leaves nothing behind when it is taken away", async () => {
    const world = new World();
    const remove = world.comet.use(ack());
    remove();
    expect((await handshake(world, true)).reply).not.toHaveProperty("ext");
  });

  it("drops the oldest of more than a mailbox may hold, and that is counted", async () => {
    const world = worldOf({ limits: { mailboxMessages: 2 } });
    const { talker } = await handshake(world, true);
    await world.answer(talker.poll());
    await world.answer(talker.subscribe(CHANNEL));
    for (const data of [1, 2, 3]) {
      await world.comet.publish(CHANNEL, data);
      await world.answer(talker.poll({ ext: { ack: 0 }, advice: { timeout: 0 } }));
    }
    expect(world.comet.stats()).toMatchObject({ dropped: 1, delivered: 0 });
  });

  async function handshake(
    world: World,
    value: unknown,
  ): Promise<{ readonly talker: Talker; readonly reply: Message }> {
    const talker = await world.client();
    const reply = await world.reply(talker.handshake({ ext: { ack: value } }));
    talker.clientId = reply.clientId as string;
    return { talker, reply };
  }
});
