import { beforeEach, describe, expect, it } from "vitest";
import { Talker } from "../../support/talker.ts";
import { STORE_KINDS, World } from "../../support/world.ts";

describe.each(STORE_KINDS)("over $name", (kind) => {
  let world: World;
  beforeEach(() => {
    world = new World({ kind, timeout: 10_000, interval: 5, maxInterval: 7_000 });
  });

  describe("a handshake", () => {
    it("makes a client and tells it all that it needs", async () => {
      const reply = await world.reply(new Talker(world.comet).handshake({ id: 7 }));
      expect(reply).toEqual({
        channel: "/meta/handshake",
        id: 7,
        successful: true,
        version: "1.0",
        minimumVersion: "1.0",
        supportedConnectionTypes: ["long-polling", "websocket"],
        clientId: expect.any(String),
        advice: { reconnect: "retry", interval: 5, timeout: 10_000, maxInterval: 7_000 },
      });
      expect(world.comet.client(reply.clientId ?? "")).toMatchObject({ isAlive: true });
    });

    it("ignores a client id that comes with it, and gives a new one each time", async () => {
      const talker = await world.client();
      const again = await world.reply(talker.handshake());
      expect(again.clientId).not.toBe(talker.clientId);
      expect(world.comet.stats().clients).toBe(2);
    });

    it.each([
      ["no version", { version: undefined }, "402:version:parameter_missing"],
      ["a version of the future", { version: "2.0" }, "400:2.0:version_unsupported"],
      [
        "no connection types",
        { supportedConnectionTypes: undefined },
        "402:supportedConnectionTypes:parameter_missing",
      ],
      [
        "no connection type that is served",
        { supportedConnectionTypes: ["carrier-pigeon"] },
        "301:carrier-pigeon:connection_type_unsupported",
      ],
    ])("fails with %s", async (_, fields, error) => {
      const reply = await world.reply(new Talker(world.comet).handshake(fields));
      expect(reply).toMatchObject({ successful: false, error, advice: { reconnect: "none" } });
      expect(reply).not.toHaveProperty("clientId");
      expect(world.comet.stats().clients).toBe(0);
    });

    it("stands alone: other messages with it are answered and not handled", async () => {
      const talker = await world.client();
      const replies = await world.answer(
        talker.say(
          { channel: "/meta/subscribe", subscription: "/a" },
          { channel: "/meta/handshake", version: "1.0", supportedConnectionTypes: ["websocket"] },
          { channel: "/a", data: 1 },
        ),
      );
      expect(replies).toMatchObject([
        { channel: "/meta/subscribe", error: "402::session_unknown" },
        { channel: "/meta/handshake", successful: true },
        { channel: "/a", error: "402::session_unknown" },
      ]);
      expect(world.comet.stats()).toMatchObject({ subscriptions: 0, published: 0 });
    });
  });

  describe("a connect", () => {
    it("is answered at once the first time, and held the next", async () => {
      const talker = await world.client();
      expect(await world.reply(talker.poll())).toMatchObject({
        successful: true,
        clientId: talker.clientId,
        advice: { reconnect: "retry", interval: 5, timeout: 10_000 },
      });
      const { responder } = talker.poll();
      await world.settle();
      expect(responder.isOver).toBe(false);
      expect(world.comet.client(talker.clientId)?.isHeld).toBe(true);
    });

    it("is answered at once when it asks for no time", async () => {
      const talker = await world.connected();
      expect(await world.reply(talker.poll({ advice: { timeout: 0 } }))).toMatchObject({
        successful: true,
      });
    });

    it("is not held when it is not alone in its request, wherever in it it stands", async () => {
      const talker = await world.connected();
      const connect = { channel: "/meta/connect", connectionType: "long-polling" };
      const publish = { channel: "/a", data: 1 };
      for (const messages of [
        [connect, publish],
        [publish, connect],
      ]) {
        const replies = await world.answer(talker.say(...messages));
        expect(replies.map(({ channel }) => channel)).toEqual(
          messages.map(({ channel }) => channel),
        );
        expect(replies.every(({ successful }) => successful)).toBe(true);
      }
    });

    it.each([
      [{ connectionType: undefined }, "402:connectionType:parameter_missing"],
      [{ connectionType: "smoke" }, "301:smoke:connection_type_unsupported"],
    ])("fails with %j, and leaves the client alone", async (fields, error) => {
      const talker = await world.connected();
      expect(await world.reply(talker.poll(fields))).toMatchObject({ successful: false, error });
      expect(world.comet.client(talker.clientId)?.isAlive).toBe(true);
    });

    it("brings what was published meanwhile, once and in order, before its reply", async () => {
      const talker = await world.subscriber("/a");
      const sender = await world.client();
      for (const data of [1, 2, 3]) sender.publish("/a", data);
      await world.settle();
      const received = await world.answer(talker.poll());
      expect(received).toMatchObject([
        { channel: "/a", data: 1 },
        { channel: "/a", data: 2 },
        { channel: "/a", data: 3 },
        { channel: "/meta/connect", successful: true },
      ]);
      const { responder } = talker.poll();
      await world.settle();
      expect(responder.isOver).toBe(false);
    });
  });

  describe("a connect over a stream", () => {
    it("stays open while messages pass it, and ends when its time is over", async () => {
      const talker = await world.subscriber("/a");
      const { responder } = talker.stream();
      await world.settle();
      for (const data of [1, 2]) {
        void world.comet.publish("/a", data);
        await world.settle();
      }
      expect(responder.received).toEqual([
        { channel: "/a", data: 1 },
        { channel: "/a", data: 2 },
      ]);
      expect(responder.isOpen).toBe(true);
      await world.pass(10_200);
      expect(responder.received.at(-1)).toMatchObject({ channel: "/meta/connect" });
      expect(responder.isOver).toBe(true);
    });
  });

  describe("a message of nobody we know", () => {
    it.each(["/meta/subscribe", "/meta/disconnect", "/a", "/service/x"])(
      "to %s is refused without advice",
      async (channel) => {
        const talker = new Talker(world.comet);
        talker.clientId = "unknown";
        const reply = await world.reply(talker.say({ channel, data: 1, subscription: "/a" }));
        expect(reply).toMatchObject({ channel, successful: false, error: "402::session_unknown" });
        expect(reply).not.toHaveProperty("advice");
      },
    );

    it("that asks for messages is told to begin anew", async () => {
      const talker = new Talker(world.comet);
      expect(await world.reply(talker.poll())).toMatchObject({
        error: "402::session_unknown",
        advice: { reconnect: "handshake", interval: 0 },
      });
    });

    it("is refused for itself: the others of the request are not", async () => {
      const talker = await world.client();
      const replies = await world.answer(
        talker.say(
          { channel: "/a", data: 1 },
          { channel: "/a", data: 2, clientId: "other" },
          { channel: "/a", data: 3, clientId: undefined },
          { channel: "/a", data: 4 },
        ),
      );
      expect(replies.map(({ successful }) => successful)).toEqual([true, false, false, true]);
    });

    it("may not act through a request that begins with a client that is known", async () => {
      const victim = await world.subscriber("/a");
      const thief = await world.client();
      const [, reply] = await world.answer(
        thief.say(
          { channel: "/a", data: 1 },
          { channel: "/meta/disconnect", clientId: victim.clientId },
        ),
      );
      expect(reply).toMatchObject({ successful: false, error: "402::session_unknown" });
      expect(world.comet.client(victim.clientId)?.isAlive).toBe(true);
    });

    it.each(["__proto__", "constructor", "toString"])(
      "and calls itself %s is inert",
      async (id) => {
        const talker = new Talker(world.comet);
        talker.clientId = id;
        expect(await world.reply(talker.publish("/a", 1))).toMatchObject({
          error: "402::session_unknown",
        });
      },
    );
  });

  describe("a disconnect", () => {
    it("ends the client, answers its held connect, and leaves nothing behind", async () => {
      const ended: unknown[] = [];
      world.comet.on("disconnected", ({ client, reason }) => ended.push([client.id, reason]));
      const talker = await world.subscriber("/a");
      const held = talker.poll();
      expect(await world.reply(talker.disconnect())).toMatchObject({ successful: true });
      expect(await world.reply(held)).toMatchObject({ advice: { reconnect: "none" } });
      expect(ended).toEqual([[talker.clientId, "disconnect"]]);
      expect(world.comet.stats()).toMatchObject({
        clients: 0,
        held: 0,
        subscriptions: 0,
        timers: 1,
      });
      expect(await world.reply(talker.disconnect())).toMatchObject({
        error: "402::session_unknown",
      });
    });

    it("in the middle of a request ends what comes after it", async () => {
      const talker = await world.client();
      const replies = await world.answer(
        talker.say(
          { channel: "/a", data: 1 },
          { channel: "/meta/disconnect" },
          { channel: "/a", data: 2 },
        ),
      );
      expect(replies.map(({ successful }) => successful)).toEqual([true, true, false]);
    });
  });
});
