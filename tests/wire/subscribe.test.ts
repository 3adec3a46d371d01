import type { ChannelRequest } from "@encke/core";
import { describe, expect, it } from "vitest";
import { TRANSPORTS } from "./support/transports.ts";
import { Wire } from "./support/wire.ts";

const SUBSCRIBE = "/meta/subscribe";
const UNSUBSCRIBE = "/meta/unsubscribe";

describe.each(TRANSPORTS)("a subscription over $name", (transport) => {
  it.each(["/room", ["/room"], ["/room", "/hall/*"]])(
    "B40 of %j is answered in the same form",
    async (subscription) => {
      const wire = await Wire.open(transport);
      const page = await wire.connected();
      for (const channel of [SUBSCRIBE, UNSUBSCRIBE]) {
        expect(await page.ask({ channel, subscription, id: channel })).toEqual({
          channel,
          id: channel,
          clientId: page.clientId,
          successful: true,
          subscription,
        });
      }
    },
  );

  it("B40 that is refused is answered in the same form, too", async () => {
    const wire = await Wire.open(transport, { policies: { subscribe: () => false } });
    const page = await wire.connected();
    for (const subscription of ["/room", ["/room"]]) {
      const reply = await page.ask({ channel: SUBSCRIBE, subscription });
      expect(reply).toMatchObject({ successful: false, subscription });
    }
  });

  it.each([SUBSCRIBE, UNSUBSCRIBE])(
    "B41 that %s does not name, or names wrongly, is refused",
    async (channel) => {
      const wire = await Wire.open(transport);
      const page = await wire.connected();
      for (const subscription of [undefined, null, []]) {
        const reply = await page.ask({ channel, subscription });
        expect(reply).toMatchObject({ successful: false, error: "403::subscription_missing" });
      }
      for (const subscription of ["room", "", "/", "/a//b", "/a/", ["/fine", "bad"]]) {
        const reply = await page.ask({ channel, subscription });
        expect(reply.successful).toBe(false);
        expect(reply.error).toMatch(/^403:(room|bad|\/|\/a\/\/b|\/a\/)?:subscription_invalid$/);
      }
      for (const subscription of [7, true, {}, [7], [["/a"]], [null]]) {
        const reply = await page.ask({ channel, subscription });
        expect(reply).toMatchObject({ successful: false, error: "400:subscription:field_invalid" });
      }
      expect(wire.comet.stats().subscriptions).toBe(0);
    },
  );

  it.each<[string, readonly string[]]>([
    ["is denied", ["/one", "/denied", "/two"]],
    ["is denied at the end", ["/one", "/two", "/denied"]],
    ["is no channel", ["/one", "/a/*/b"]],
    ["is a meta channel", ["/one", "/meta/connect"]],
    ["is one too many", ["/one", "/two", "/three", "/four"]],
  ])("B42 to several channels is to none of them when one %s", async (_, patterns) => {
    const subscribe = async ({ channel }: ChannelRequest): Promise<boolean> => {
      await undefined;
      return channel !== "/denied";
    };
    const wire = await Wire.open(transport, {
      policies: { subscribe },
      limits: { subscriptionsPerClient: 3 },
    });
    const announced: string[] = [];
    wire.comet.on("subscribed", ({ channel }) => announced.push(channel));
    const page = await wire.connected();
    expect((await page.subscribe(...patterns)).successful).toBe(false);
    expect(wire.onServer(page)?.subscriptions).toEqual([]);
    expect(announced).toEqual([]);
  });

  it.each(["/meta", "/meta/*", "/meta/**", "/meta/connect", "/meta/nonsense"])(
    "B43 to %s is refused",
    async (pattern) => {
      const wire = await Wire.open(transport);
      const page = await wire.connected();
      const reply = await page.subscribe(pattern);
      expect(reply).toMatchObject({ successful: false, error: `403:${pattern}:subscribe_denied` });
    },
  );

  it("B43 to a service channel succeeds and is not recorded", async () => {
    const wire = await Wire.open(transport);
    const announced: string[] = [];
    wire.comet.on("subscribed", ({ channel }) => announced.push(channel));
    const page = await wire.connected();
    for (const pattern of ["/service/echo", "/service/*", "/service/**"]) {
      expect((await page.subscribe(pattern)).successful).toBe(true);
    }
    expect(wire.onServer(page)?.subscriptions).toEqual([]);
    expect(announced).toEqual([]);
  });

  it.each([
    "*",
    "**",
    "/a/*/b",
    "/a/**/b",
    "/*/b",
    "/a*",
    "/a**",
    "/a/b*",
    "/a/***",
    "/a/*b",
    "/*/*",
  ])("B44 to %s is refused, because a wildcard is a whole last segment", async (pattern) => {
    const wire = await Wire.open(transport);
    const page = await wire.connected();
    const reply = await page.subscribe(pattern);
    expect(reply).toMatchObject({
      successful: false,
      error: `403:${pattern}:subscription_invalid`,
    });
    expect(wire.comet.stats().subscriptions).toBe(0);
  });

  it("B45 that is there already succeeds, is announced once and brings one copy", async () => {
    const wire = await Wire.open(transport);
    const announced: string[] = [];
    wire.comet.on("subscribed", ({ channel }) => announced.push(channel));
    const page = await wire.connected();
    for (const subscription of ["/room", "/room", ["/room", "/room"]]) {
      expect((await page.ask({ channel: SUBSCRIBE, subscription })).successful).toBe(true);
    }
    expect(announced).toEqual(["/room"]);
    await wire.comet.publish("/room", 1);
    await wire.comet.publish("/room", 2);
    expect(await page.receive(2)).toEqual([1, 2]);
    await page.ask({ channel: UNSUBSCRIBE, subscription: "/room" });
    expect(wire.onServer(page)?.subscriptions).toEqual([]);
  });

  it("B46 that is not there can be left all the same", async () => {
    const wire = await Wire.open(transport);
    const announced: string[] = [];
    wire.comet.on("unsubscribed", ({ channel }) => announced.push(channel));
    const other = await wire.subscriber("/known");
    const page = await wire.connected();
    for (const subscription of ["/known", "/unknown", "/service/echo", ["/a", "/b/**"]]) {
      const reply = await page.ask({ channel: UNSUBSCRIBE, subscription });
      expect(reply).toMatchObject({ successful: true, subscription });
    }
    expect(announced).toEqual([]);
    expect(wire.onServer(other)?.subscriptions).toEqual(["/known"]);
  });

  it("B46 that was left brings nothing more", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.subscriber("/room", "/other");
    await page.ask({ channel: UNSUBSCRIBE, subscription: "/room" });
    await wire.comet.publish("/room", "too late");
    await wire.comet.publish("/other", "in time");
    expect(await page.receive(1)).toEqual(["in time"]);
  });

  it.each<[string, readonly string[]]>([
    ["/foo/**", ["/foo/a", "/foo/a/b", "/foo/a/b/c"]],
    ["/foo/*", ["/foo/a"]],
    ["/foo", ["/foo"]],
    ["/foo/a", ["/foo/a"]],
    ["/foo/a/*", ["/foo/a/b"]],
    ["/*", ["/foo", "/foobar"]],
  ])("B47 to %s brings what it covers and nothing else", async (pattern, expected) => {
    const wire = await Wire.open(transport);
    const page = await wire.subscriber(pattern, "/end/of/it");
    const channels = [
      "/foo",
      "/foo/a",
      "/foo/a/b",
      "/foo/a/b/c",
      "/foobar",
      "/foobar/a",
      "/bar/foo/a",
    ];
    for (const channel of [...channels, "/end/of/it"]) await wire.comet.publish(channel, channel);
    await page.receive(expected.length + 1);
    expect(page.deliveries.map(({ channel }) => channel)).toEqual([...expected, "/end/of/it"]);
  });

  it("B48 brings one copy, however many of a client's patterns match", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.subscriber("/foo/bar", "/foo/*", "/foo/**", "/*");
    await wire.comet.publish("/foo/bar", "one copy");
    await wire.comet.publish("/end", "the end");
    expect(await page.receive(2)).toEqual(["one copy", "the end"]);
  });
});
