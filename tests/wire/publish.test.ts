import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import type { Page } from "./support/page.ts";
import { LONG_POLLING, TRANSPORTS, WEB_SOCKET } from "./support/transports.ts";
import { Wire } from "./support/wire.ts";

const LOUD = {
  version: "1.0",
  minimumVersion: "1.0",
  supportedConnectionTypes: ["smoke"],
  connectionType: "smoke",
  advice: { reconnect: "none", interval: 3_600_000 },
  subscription: "/room",
  successful: true,
  error: "500::no",
  ext: { token: "secret" },
  timestamp: "now",
  reply: true,
  custom: "field",
};

describe.each(TRANSPORTS)("a publish over $name", (transport) => {
  it("B49 without data is refused, and null is data", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.subscriber("/room");
    const without = await page.ask({ channel: "/room" });
    expect(without).toMatchObject({ successful: false, error: "400::data_missing" });
    for (const data of [null, false, 0, "", [], {}]) {
      expect((await page.publish("/room", data)).successful).toBe(true);
    }
    expect(await page.receive(6)).toEqual([null, false, 0, "", [], {}]);
  });

  it("B50 is answered without its data", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.connected();
    const publish = { channel: "/room", clientId: page.clientId, data: "mine", ...LOUD };
    expect(await page.exchange({ ...publish, id: "p" })).toEqual([
      { channel: "/room", id: "p", successful: true },
    ]);
    expect(await page.exchange(publish)).toEqual([{ channel: "/room", successful: true }]);
  });

  it("B51 B52 reaches subscribers with its channel and its data, and nothing else", async () => {
    const wire = await Wire.open(transport);
    const subscriber = await wire.subscriber("/room");
    const publisher = await wire.connected();
    const data = { text: "hello", id: "inner", clientId: "inner", ext: { inner: true } };
    const receipt = await publisher.ask({ ...LOUD, channel: "/room", data, id: "secret-id" });
    expect(receipt.successful).toBe(true);
    await subscriber.receive(1);
    expect(subscriber.deliveries).toEqual([{ channel: "/room", data }]);
  });

  it("B53 to a meta channel is refused by itself, and the rest of its request is served", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.subscriber("/room");
    const [before, meta, after] = await page.askAll(
      { channel: "/room", data: 1 },
      { channel: "/meta/room", data: 2 },
      { channel: "/room", data: 3 },
    );
    expect(meta).toMatchObject({ successful: false, error: "403:/meta/room:channel_denied" });
    expect([before?.successful, after?.successful]).toEqual([true, true]);
    expect(page.refusals).toEqual([]);
    expect(await page.receive(2)).toEqual([1, 3]);
  });

  it.each(["/*", "/**", "/room/*", "/room/**"])(
    "B54 to the wildcard %s is refused",
    async (channel) => {
      const wire = await Wire.open(transport);
      const page = await wire.connected();
      const reply = await page.publish(channel, 1);
      expect(reply).toMatchObject({ successful: false, error: `405:${channel}:channel_invalid` });
      expect(wire.comet.stats().published).toBe(0);
    },
  );

  it("B55 to a service channel reaches its handler and no other client, and its answer has its id", async () => {
    const wire = await Wire.open(transport);
    wire.comet.handle("/service/add/*", ({ data }) => (data as number) + 1);
    wire.comet.handle("/service/silent", () => undefined);
    const other = await wire.subscriber("/service/add/one", "/service/**", "/end");
    const page = await wire.connected();
    const before = page.messages.length;
    const [id] = page.say({ channel: "/service/add/one", data: 1 });
    await until(() => page.messages.length === before + 2);
    expect(page.messages.slice(before)).toEqual([
      { channel: "/service/add/one", id, successful: true },
      { channel: "/service/add/one", id, data: 2 },
    ]);
    for (const channel of ["/service/silent", "/service/unheard/of"]) {
      expect(await page.publish(channel, 1)).toEqual({
        channel,
        id: expect.any(String),
        successful: true,
      });
    }
    await wire.comet.publish("/end", "the end");
    expect(await other.receive(1)).toEqual(["the end"]);
    expect(wire.comet.stats().published).toBe(1);
  });

  it.each([
    "room",
    "/",
    "//",
    "/room/",
    "//room",
    "/room//a",
    "/room /a",
    " /room",
    "/room\n",
    "/r\u00f6om",
    "/ro\u0000om",
    "/room%20a",
    "/room\\a",
    "/room?a",
    "/room#a",
    "/../room\u202e",
  ])("B56 to %j is refused before any policy or listener is asked", async (channel) => {
    const asked: unknown[] = [];
    const ask = ({ channel: name }: { channel: string }): boolean => asked.push(name) > 0;
    const wire = await Wire.open(transport, {
      policies: { create: ask, publish: ask, subscribe: ask },
    });
    wire.comet.on("publishing", (event) => asked.push(event.channel));
    wire.comet.on("subscribing", (event) => asked.push(event.channel));
    const page = await wire.connected();
    const reply = await page.publish(channel, 1);
    expect(reply.successful).toBe(false);
    expect(reply.error).toMatch(/^405:[^:]*:channel_invalid$/);
    expect((await page.subscribe(channel)).error).toMatch(/^403:[^:]*:subscription_invalid$/);
    expect(asked).toEqual([]);
  });

  it("B57 comes back to its publisher who is subscribed", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.subscriber("/room");
    await page.publish("/room", "to myself");
    expect(await page.receive(1)).toEqual(["to myself"]);
  });

  it("B57 does not come back where that is switched off", async () => {
    const wire = await Wire.open(transport, { broadcastToPublisher: false });
    const [page, other] = [await wire.subscriber("/room"), await wire.subscriber("/room")];
    await page.publish("/room", "from one");
    await other.publish("/room", "from the other");
    expect(await page.receive(1)).toEqual(["from the other"]);
    expect(await other.receive(1)).toEqual(["from one"]);
  });

  it("B58 keeps its place among those of its publisher, in one request and from request to request", async () => {
    const wire = await Wire.open(transport);
    const subscriber = await wire.subscriber("/room");
    const publisher = await wire.connected();
    const numbers = Array.from({ length: 200 }, (_, at) => at);
    const received = subscriber.receive(numbers.length);
    for (let at = 0; at < numbers.length; at += 5) {
      await publisher.askAll(
        ...numbers.slice(at, at + 5).map((data) => ({ channel: "/room", data })),
      );
    }
    expect(await received).toEqual(numbers);
  });

  it("B58 overtakes none that its client sent before, though that one is decided more slowly", async () => {
    let release: (() => void) | undefined;
    const publish = ({ channel }: { channel: string }): boolean | Promise<boolean> =>
      channel === "/fast" ||
      new Promise((resolve) => {
        release = () => resolve(true);
      });
    const wire = await Wire.open(transport, { policies: { publish } });
    const page = await wire.subscriber("/slow", "/fast");
    const slow = page.say({ channel: "/slow", data: 1 });
    await until(() => release !== undefined);
    const fast = page.say({ channel: "/fast", data: 2 });
    await wire.hold(page);
    expect(wire.comet.stats().published).toBe(0);
    release?.();
    await page.replies(...slow, ...fast);
    expect(await page.receive(2)).toEqual([1, 2]);
  });

  it("B59 that waits goes out before the reply of the connect that brings it", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.subscriber("/room");
    await wire.comet.publish("/room", 1);
    await wire.comet.publish("/room", 2);
    const connect = page.poll({ advice: { timeout: 0 } });
    await page.replies(connect);
    expect(page.answers.at(-1)).toMatchObject([
      { channel: "/room", data: 1 },
      { channel: "/room", data: 2 },
      { channel: "/meta/connect", id: connect, clientId: page.clientId, successful: true },
    ]);
  });
});

describe("a published message", () => {
  it("B60 goes out by connects only over long polling, and never with another reply", async () => {
    const wire = await Wire.open(LONG_POLLING);
    const page = await wire.subscriber("/room");
    await wire.comet.publish("/room", "waits");
    const before = page.answers.length;
    await page.publish("/other", 1);
    await page.subscribe("/third");
    expect(page.answers.slice(before).map((answer) => answer.length)).toEqual([1, 1]);
    expect(page.received).toEqual([]);
    expect(await page.receive(1)).toEqual(["waits"]);
  });

  it("B60 is pushed over a WebSocket past the connect, which stays held", async () => {
    const wire = await Wire.open(WEB_SOCKET);
    const page = await wire.subscriber("/room");
    const connect = await wire.hold(page);
    for (let count = 1; count <= 3; count++) {
      await wire.comet.publish("/room", count);
      await until(() => page.deliveries.length === count);
    }
    expect(page.replyTo(connect)).toBeUndefined();
    expect(wire.onServer(page)?.isHeld).toBe(true);
  });

  it("B48 B60 reaches clients on both transports, each once", async () => {
    const wire = await Wire.open(LONG_POLLING);
    const pages: Page[] = [];
    for (const transport of TRANSPORTS) {
      const page = await openBeside(wire, transport);
      pages.push(page);
    }
    await wire.comet.publish("/room", "for all");
    await wire.comet.publish("/room", "of them");
    for (const page of pages) expect(await page.receive(2)).toEqual(["for all", "of them"]);
  });
});

/** A subscriber that comes to the same server by another transport. */
async function openBeside(wire: Wire, transport: Wire["transport"]): Promise<Page> {
  const page = await wire.page({}, transport);
  await page.handshake();
  await page.connect();
  await page.subscribe("/room");
  return page;
}
