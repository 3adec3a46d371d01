import { describe, expect, it } from "vitest";
import { settled } from "../testing/fake-world.ts";
import { CONNECT, connect, SUBSCRIBE, stage, welcome } from "../testing/stage.ts";

describe("a subscription", () => {
  it("can be waited for, and is itself what comes of it", async () => {
    const at = stage();
    await connect(at);
    const subscription = at.client.subscribe("/a", () => undefined);
    let isReady = false;
    const waiting = (async () => {
      const ready = await subscription;
      isReady = true;
      return ready;
    })();
    await settled();
    expect(isReady).toBe(false);
    at.factory.latest.reply(SUBSCRIBE);
    expect(await waiting).toBe(subscription);
    expect(await subscription).toBe(subscription);
  });

  it("rejects whoever waits for one that is refused", async () => {
    const at = stage();
    await connect(at);
    const waiting = (async () => at.client.subscribe("/a", () => undefined))();
    at.factory.latest.reply(SUBSCRIBE, { successful: false, error: "403::no" });
    await expect(waiting).rejects.toMatchObject({ code: "no" });
  });

  it.each([
    [{ history: 5 }, { last: 5 }],
    [{ replay: -2 }, -2],
    [{ replay: 17 }, 17],
  ])("asks with %j for what was before", async (options, replay) => {
    const at = stage();
    await connect(at);
    at.client.subscribe("/a", () => undefined, { ...options, ext: { mine: 1 } });
    expect(at.factory.latest.last(SUBSCRIBE).ext).toEqual({ mine: 1, replay: { "/a": replay } });
  });

  it("goes on after the last message that it got, at a server that has forgotten it", async () => {
    const at = stage();
    await connect(at);
    at.client.subscribe("/a", () => undefined, { history: 5 });
    at.factory.latest.host.receive([{ channel: "/a", data: 1, ext: { replayId: 41 } }]);
    at.factory.latest.reply(CONNECT, { successful: false, advice: { reconnect: "handshake" } });
    await welcome(at, { clientId: "d" });
    expect(at.factory.latest.last(SUBSCRIBE)).toMatchObject({
      clientId: "d",
      ext: { replay: { "/a": 41 } },
    });
  });

  it("is not asked for twice when its question was under way", async () => {
    const at = stage();
    await connect(at);
    at.client.subscribe("/a", () => undefined);
    at.client.subscribe("/b", () => undefined).unsubscribe();
    at.factory.latest.host.fail(new Error("broken"));
    await at.world.pass(1_000);
    at.factory.latest.reply(CONNECT, { successful: false, advice: { reconnect: "handshake" } });
    await at.world.pass(1_000);
    await welcome(at, { clientId: "d" });
    const asked = at.factory.latest.sent.filter(({ channel }) => /subscribe/.test(channel));
    expect(asked.map(({ channel, subscription }) => [channel, subscription])).toEqual([
      [SUBSCRIBE, "/a"],
    ]);
  });
});
