import type { ChannelRequest } from "@encke/core";
import { describe, expect, it } from "vitest";
import { TRANSPORTS } from "../support/transports.ts";
import { Wire } from "../support/wire.ts";

/** What must not be taken for a meta or service channel, nor be routed as something else. */
const LOOK_ALIKES = [
  "/meta/subscribe/x",
  "/meta/subscribe/",
  "/meta//subscribe",
  "//meta/subscribe",
  "/meta/./subscribe",
  "/meta/../meta/subscribe",
  "/META/subscribe",
  "/meta/SUBSCRIBE",
  "/Meta/Subscribe",
  "/meta/subscribe ",
  " /meta/subscribe",
  "/meta/subscribe\u0000",
  "/meta/subscribe\n",
  "/meta%2Fsubscribe",
  "/meta/%73ubscribe",
  "/%6deta/subscribe",
  "\\meta\\subscribe",
  "/meta\\subscribe",
  "meta/subscribe",
  "/m\u0435ta/subscribe",
  "/meta/\u017fubscribe",
  "/meta\u2044subscribe",
  "/\uff4d\uff45\uff54\uff41/subscribe",
  "/meta/subscribe\u200b",
  "/meta",
  "/meta/",
  "/meta/*",
  "/meta/**",
  "/meta/nonsense",
  "/meta/handshake/x",
  "/meta/connect/x",
  "/META",
  "/SERVICE/echo",
  "/Service",
  "/service//echo",
  "/service/echo/",
  "/\u0455ervice/echo",
];

describe.each(TRANSPORTS)("a name over $name", (transport) => {
  it.each(LOOK_ALIKES)("S8 such as %j is refused and reaches nobody", async (channel) => {
    const asked: unknown[] = [];
    const policy = (request: Partial<ChannelRequest>): boolean => asked.push(request.channel) > 0;
    const wire = await Wire.open(transport, {
      policies: { create: policy, publish: policy, subscribe: policy },
    });
    wire.comet.handle("/service/**", () => asked.push("the service"));
    wire.comet.on("publishing", (event) => asked.push(event.channel));
    wire.comet.on("subscribing", (event) => asked.push(event.channel));
    wire.comet.on("handshaken", () => asked.push("a handshake"));
    const page = await wire.connected();
    asked.length = 0;
    const reply = await page.ask({
      channel,
      subscription: "/room",
      data: 1,
      connectionType: transport.connectionType,
      version: "1.0",
      supportedConnectionTypes: ["long-polling"],
    });
    expect(reply).toMatchObject({ channel, successful: false });
    expect(reply.error).toMatch(/^40[35]:/);
    expect(reply).not.toHaveProperty("clientId");
    const { error } = await page.subscribe(channel);
    expect(error).toMatch(/^403:[^:]*:subscri(ption_invalid|be_denied)$/);
    expect(asked).toEqual([]);
    expect(wire.comet.stats()).toMatchObject({ subscriptions: 0, published: 0, held: 0 });
  });

  it("S10 S8 of a wildcard or a meta channel is nothing to publish to, for clients and for the server", async () => {
    const wire = await Wire.open(transport);
    const appended: string[] = [];
    wire.comet.on("published", ({ channel }) => appended.push(channel));
    const page = await wire.subscriber("/room", "/*");
    const channels = [
      "/**",
      "/*",
      "/room/*",
      "/meta/connect",
      "/meta/handshake",
      "/meta/room",
      "/meta/*",
    ];
    for (const channel of channels) {
      expect((await page.publish(channel, 1)).successful).toBe(false);
      await expect(wire.comet.publish(channel, 1)).rejects.toMatchObject({
        code: "channel_name_invalid",
      });
      const { clientId } = page;
      await expect(wire.comet.deliver(clientId, channel, 1)).rejects.toMatchObject({
        code: "channel_name_invalid",
      });
    }
    await wire.comet.publish("/room", "the only one");
    expect(await page.receive(1)).toEqual(["the only one"]);
    expect(appended).toEqual(["/room"]);
  });

  it("S11 a publisher cannot put words of the protocol into the mouth of the server", async () => {
    const wire = await Wire.open(transport);
    const subscriber = await wire.subscriber("/room", "/end");
    const publisher = await wire.connected();
    const hostile: { readonly [field: string]: unknown } = {
      advice: { reconnect: "none", interval: 1e9 },
      successful: false,
      error: "402::session_unknown",
      ext: { ack: 1 },
      id: "1",
      reply: true,
      timestamp: "now",
      subscription: "/room",
      version: "1.0",
    };
    await publisher.ask({ channel: "/room", data: "all of it", ...hostile, id: "own" });
    for (const [field, value] of Object.entries(hostile)) {
      await publisher.ask({ channel: "/room", data: field, [field]: value, id: `by ${field}` });
    }
    await wire.comet.publish("/end", "the end");
    await subscriber.receive(Object.keys(hostile).length + 2);
    expect(subscriber.deliveries).toHaveLength(Object.keys(hostile).length + 2);
    for (const delivery of subscriber.deliveries) {
      expect(Object.keys(delivery).sort()).toEqual(["channel", "data"]);
    }
    expect((await subscriber.publish("/room", 1)).successful).toBe(true);
  });
});
