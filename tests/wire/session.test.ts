import { describe, expect, it } from "vitest";
import type { Said } from "../support/talker.ts";
import { TRANSPORTS } from "./support/transports.ts";
import { Wire } from "./support/wire.ts";

const UNKNOWN = "0123456789abcdef0123456789abcdef01234567";

const NEEDING_A_CLIENT: readonly Said[] = [
  { channel: "/meta/connect", connectionType: "long-polling" },
  { channel: "/meta/subscribe", subscription: "/room" },
  { channel: "/meta/unsubscribe", subscription: "/room" },
  { channel: "/meta/disconnect" },
  { channel: "/meta/nonsense" },
  { channel: "/service/echo", data: 1 },
  { channel: "/room", data: 1 },
];

describe.each(TRANSPORTS)("without a session, over $name,", (transport) => {
  it.each(NEEDING_A_CLIENT)("B25 $channel is answered 402", async (message) => {
    const wire = await Wire.open(transport);
    const page = await wire.page();
    for (const clientId of [undefined, null, "", UNKNOWN]) {
      const reply = await page.ask({ ...message, clientId });
      expect(reply).toMatchObject({
        channel: message.channel,
        successful: false,
        error: "402::session_unknown",
      });
      expect(reply).not.toHaveProperty("clientId");
    }
    expect(wire.comet.stats()).toMatchObject({ clients: 0, subscriptions: 0, published: 0 });
  });

  it("B26 a connect is told to shake hands, and nothing else is", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.page();
    page.clientId = UNKNOWN;
    const [connect, ...others] = await page.askAll(...NEEDING_A_CLIENT);
    expect(connect?.advice).toEqual({ reconnect: "handshake", interval: 0 });
    for (const reply of others) expect(reply).not.toHaveProperty("advice");
  });

  it("B27 a publish is answered and goes nowhere", async () => {
    const wire = await Wire.open(transport);
    const subscriber = await wire.subscriber("/room");
    const stranger = await wire.page();
    for (const clientId of [undefined, UNKNOWN]) {
      const reply = await stranger.ask({ channel: "/room", data: "a stranger's", clientId });
      expect(reply.successful).toBe(false);
    }
    await wire.comet.publish("/room", "the server's");
    expect(await subscriber.receive(1)).toEqual(["the server's"]);
  });

  it("B28 a message is refused that names another client than the first of its request", async () => {
    const wire = await Wire.open(transport);
    const [one, other] = [await wire.connected(), await wire.connected()];
    const clientId = other.clientId;
    const [own, foreign, ownAgain, nobodys] = await one.askAll(
      { channel: "/meta/subscribe", subscription: "/own" },
      { channel: "/meta/subscribe", subscription: "/foreign", clientId },
      { channel: "/own", data: 1 },
      { channel: "/own", data: 2, clientId: undefined },
    );
    expect([own?.successful, ownAgain?.successful]).toEqual([true, true]);
    for (const refused of [foreign, nobodys]) {
      expect(refused).toMatchObject({ successful: false, error: "402::session_unknown" });
    }
    expect(wire.onServer(other)?.subscriptions).toEqual([]);
    expect(wire.onServer(one)?.subscriptions).toEqual(["/own"]);
  });

  it("B28 a request whose first message names nobody is nobody's", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.connected();
    const replies = await page.askAll(
      { channel: "/room", data: 1, clientId: undefined },
      { channel: "/meta/subscribe", subscription: "/room" },
    );
    expect(replies.map(({ error }) => error)).toEqual(Array(2).fill("402::session_unknown"));
    expect(wire.onServer(page)?.subscriptions).toEqual([]);
  });
});
