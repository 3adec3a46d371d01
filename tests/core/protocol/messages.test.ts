import { beforeEach, describe, expect, it } from "vitest";
import { FakeResponder } from "../../support/fake-responder.ts";
import { deliveriesIn } from "../../support/talker.ts";
import { STORE_KINDS, World } from "../../support/world.ts";

describe.each(STORE_KINDS)("over $name", (kind) => {
  let world: World;
  beforeEach(() => {
    world = new World({ kind });
  });

  describe("a subscribe", () => {
    it("names what was subscribed to in the form in which it was asked for", async () => {
      const talker = await world.client();
      expect(await world.reply(talker.subscribe("/a"))).toMatchObject({
        successful: true,
        subscription: "/a",
        clientId: talker.clientId,
      });
      expect(await world.reply(talker.subscribe("/b", "/c/*"))).toMatchObject({
        successful: true,
        subscription: ["/b", "/c/*"],
      });
      expect(world.comet.client(talker.clientId)?.subscriptions).toEqual(["/a", "/b", "/c/*"]);
    });

    it("is to all of its channels or to none", async () => {
      const talker = await world.client();
      const reply = await world.reply(talker.subscribe("/a", "/meta/connect", "/b"));
      expect(reply).toMatchObject({
        successful: false,
        error: "403:/meta/connect:subscribe_denied",
        subscription: ["/a", "/meta/connect", "/b"],
      });
      expect(world.comet.stats().subscriptions).toBe(0);
    });

    it("that is repeated succeeds and changes nothing", async () => {
      const heard: unknown[] = [];
      world.comet.on("subscribed", ({ channel }) => heard.push(channel));
      const talker = await world.subscriber("/a");
      expect(await world.reply(talker.subscribe("/a", "/a"))).toMatchObject({ successful: true });
      expect(heard).toEqual(["/a"]);
      expect(world.comet.stats().subscriptions).toBe(1);
    });

    it("to a service channel succeeds, and there is nothing to be subscribed to", async () => {
      const talker = await world.client();
      expect(await world.reply(talker.subscribe("/service/x"))).toMatchObject({ successful: true });
      expect(world.comet.stats().subscriptions).toBe(0);
    });

    it.each([
      [undefined, "403::subscription_missing"],
      [[], "403::subscription_missing"],
      ["/a/*/b", "403:/a/*/b:subscription_invalid"],
      ["a", "403:a:subscription_invalid"],
      ["/META/connect", "403:/META/connect:subscription_invalid"],
      ["/meta/**", "403:/meta/**:subscribe_denied"],
      ["/**", "403:/**:subscribe_denied"],
    ])("to %j is refused", async (subscription, error) => {
      const talker = await world.client();
      const reply = await world.reply(talker.say({ channel: "/meta/subscribe", subscription }));
      expect(reply).toMatchObject({ successful: false, error });
    });
  });

  describe("a publish", () => {
    it("reaches each subscriber once, however many of its patterns match", async () => {
      const talker = await world.subscriber("/a/b", "/a/*", "/a/**");
      const sender = await world.client();
      expect(await world.reply(sender.publish("/a/b", { x: 1 }))).toEqual({
        channel: "/a/b",
        id: "2",
        successful: true,
      });
      expect(deliveriesIn(await world.answer(talker.poll()))).toEqual([
        { channel: "/a/b", data: { x: 1 } },
      ]);
    });

    it("shows subscribers its channel and data, and nothing of its sender", async () => {
      const talker = await world.subscriber("/a");
      const sender = await world.client();
      sender.say({
        channel: "/a",
        data: 1,
        ext: { token: "secret" },
        advice: { reconnect: "none" },
        successful: true,
        reply: true,
      });
      await world.settle();
      expect(deliveriesIn(await world.answer(talker.poll()))).toEqual([{ channel: "/a", data: 1 }]);
    });

    it("comes back to its sender when it is subscribed", async () => {
      const talker = await world.subscriber("/a");
      await world.answer(talker.publish("/a", 1));
      expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([{ data: 1 }]);
    });

    it.each([
      ["/a", undefined, "400::data_missing"],
      ["/a/*", 1, "405:/a/*:channel_invalid"],
      ["/a/", 1, "405:/a/:channel_invalid"],
      ["/a//b", 1, "405:/a//b:channel_invalid"],
      ["a", 1, "405:a:channel_invalid"],
      ["/meta/x", 1, "403:/meta/x:channel_denied"],
      ["/meta/subscribe/x", 1, "403:/meta/subscribe/x:channel_denied"],
      ["/META/connect", 1, "405:/META/connect:channel_invalid"],
    ])("to %s with data %j is refused", async (channel, data, error) => {
      const talker = await world.client();
      expect(await world.reply(talker.publish(channel, data))).toMatchObject({
        successful: false,
        error,
      });
      expect(world.comet.stats().published).toBe(0);
    });

    it("of the server reaches subscribers, except the one it is not for", async () => {
      const one = await world.subscriber("/a");
      const other = await world.subscriber("/a");
      const published = world.comet.publish("/a", 1, { except: one.clientId });
      await world.settle();
      await published;
      expect(deliveriesIn(await world.answer(other.poll()))).toMatchObject([{ data: 1 }]);
      const { responder } = one.poll();
      await world.settle();
      expect(responder.isOver).toBe(false);
    });

    it("of the server to one client reaches that one, whatever it is subscribed to", async () => {
      const talker = await world.connected();
      const other = await world.subscriber("/mail");
      void world.comet.deliver(talker.clientId, "/mail", "for you");
      await world.settle();
      expect(deliveriesIn(await world.answer(talker.poll()))).toEqual([
        { channel: "/mail", data: "for you" },
      ]);
      expect(world.comet.client(other.clientId)?.waiting).toBe(0);
    });
  });

  describe("an unsubscribe", () => {
    it("ends what was subscribed to, and nothing else", async () => {
      const talker = await world.subscriber("/a", "/b");
      expect(await world.reply(talker.unsubscribe("/a"))).toMatchObject({
        successful: true,
        subscription: "/a",
      });
      for (const channel of ["/a", "/b"]) void world.comet.publish(channel, 1);
      await world.settle();
      expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([{ channel: "/b" }]);
    });

    it("from a channel that one is not on succeeds", async () => {
      const talker = await world.client();
      expect(await world.reply(talker.unsubscribe("/a"))).toMatchObject({ successful: true });
    });
  });

  describe("a service message", () => {
    it("is answered to its sender alone, with the id of its message", async () => {
      world.comet.handle("/service/echo", async ({ data }) => ({ echo: data }));
      const talker = await world.client();
      expect(await world.answer(talker.publish("/service/echo", "x"))).toEqual([
        { channel: "/service/echo", id: "2", successful: true },
        { channel: "/service/echo", id: "2", data: { echo: "x" } },
      ]);
      expect(world.comet.stats().published).toBe(0);
    });

    it("that nobody handles is taken and forgotten", async () => {
      const talker = await world.client();
      expect(await world.answer(talker.publish("/service/none", "x"))).toEqual([
        { channel: "/service/none", id: "2", successful: true },
      ]);
    });
  });

  it("does what a peer asked for that has left since", async () => {
    const talker = await world.subscriber("/a");
    const sender = await world.client();
    const { responder } = sender.publish("/a", 1);
    responder.leave();
    await world.settle();
    expect(deliveriesIn(await world.answer(talker.poll()))).toMatchObject([{ data: 1 }]);
  });

  it("answers a message with a fault, and handles the others of the request", async () => {
    const talker = await world.client();
    const { clientId } = talker;
    const messages = [
      { channel: "/a", id: {}, clientId, data: 1 },
      { clientId, data: 1 },
      { channel: "/a", clientId, data: 2 },
    ];
    const replies = await world.answer(talker.send(messages, new FakeResponder()));
    expect(replies).toEqual([
      { channel: "/a", successful: false, error: "400:id:field_invalid" },
      { channel: "", successful: false, error: "400::channel_missing" },
      { channel: "/a", successful: true },
    ]);
  });
});
