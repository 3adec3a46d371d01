import type { Message } from "@encke/core";
import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { FakePorts } from "../support/fake-ports.ts";
import type { Page } from "./support/page.ts";
import { LONG_POLLING, STREAMING, TRANSPORTS } from "./support/transports.ts";
import { clockOf, Wire } from "./support/wire.ts";

const TIMEOUT = 10_000;
/** A timer fires at its time or up to so many milliseconds later. */
const TICK = 100;

const NONE: Message["advice"] = { reconnect: "none" };
const RETRY: Message["advice"] = { reconnect: "retry", interval: expect.any(Number) };
const DISPLACED: Message["advice"] = {
  reconnect: "retry",
  interval: 2_000,
  "multiple-clients": true,
};
const ADVICE = { reconnect: "retry", interval: 0, timeout: TIMEOUT };

describe.each(TRANSPORTS)("a connect over $name", (transport) => {
  it("B29 without a connection type, or with an unknown one, fails and leaves the session alive", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.client();
    const without = await page.connect({ connectionType: undefined });
    expect(without).toMatchObject({
      successful: false,
      error: "402:connectionType:parameter_missing",
    });
    const unknown = await page.connect({ connectionType: "smoke" });
    expect(unknown).toMatchObject({
      successful: false,
      error: "301:smoke:connection_type_unsupported",
    });
    expect(unknown.advice?.reconnect).not.toBe("none");
    expect((await page.connect()).successful).toBe(true);
  });

  it("B30 is answered at once when it is the first, with advice", async () => {
    const wire = await Wire.open(transport, { timeout: TIMEOUT, ports: clockOf(new FakePorts()) });
    const page = await wire.client();
    expect(await page.connect({ id: "first" })).toEqual({
      channel: "/meta/connect",
      id: "first",
      clientId: page.clientId,
      successful: true,
      advice: ADVICE,
    });
    await wire.hold(page);
  });

  it("B30 is answered at once when it asks for a timeout of 0", async () => {
    const wire = await Wire.open(transport, { ports: clockOf(new FakePorts()) });
    const page = await wire.connected();
    expect((await page.connect({ advice: { timeout: 0 } })).successful).toBe(true);
    await wire.hold(page);
  });

  it.each([
    ["as long as the client asks for", 2_000, 2_000],
    ["no longer than the server's time", 3_600_000, TIMEOUT],
    ["the server's time when asked for a negative one", -1, TIMEOUT],
    ["the server's time when asked for more than a timer can wait", 2 ** 31, TIMEOUT],
    ["the server's time when asked for the largest number there is", 1.7e308, TIMEOUT],
    ["the server's time when asked for no number", "5", TIMEOUT],
    ["the server's time when asked for null", null, TIMEOUT],
    ["the server's time when asked for an object", { valueOf: 1 }, TIMEOUT],
  ])("B31 is held %s", async (_, timeout, expected) => {
    const time = new FakePorts();
    const wire = await Wire.open(transport, { timeout: TIMEOUT, ports: clockOf(time) });
    const page = await wire.connected();
    const connect = page.poll({ advice: { timeout } });
    await until(() => wire.comet.stats().held === 1);
    time.advance(expected - 1);
    expect(wire.onServer(page)?.isHeld).toBe(true);
    time.advance(TICK + 1);
    expect(wire.onServer(page)?.isHeld).toBe(false);
    const [reply] = await page.replies(connect);
    expect(reply).toEqual({
      channel: "/meta/connect",
      id: connect,
      clientId: page.clientId,
      successful: true,
      ...(transport === STREAMING && { advice: ADVICE }),
    });
  });

  it.each<[string, (wire: Wire, page: Page) => unknown, Message["advice"]]>([
    ["the server disconnects", (wire, page) => wire.comet.disconnect(page.clientId), NONE],
    ["the client disconnects", (_, page) => page.ask({ channel: "/meta/disconnect" }), NONE],
    ["another connect comes", (_, page) => page.poll(), DISPLACED],
    ["the server shuts down", (wire) => wire.comet.close(), RETRY],
  ])(
    "B32 B36 that is held is answered when %s, with advice what to do next",
    async (_, act, advice) => {
      const wire = await Wire.open(transport);
      const page = await wire.connected();
      const connect = await wire.hold(page);
      await act(wire, page);
      const [reply] = await page.replies(connect);
      expect(reply?.successful).toBe(true);
      expect(reply?.advice).toEqual(advice);
    },
  );

  it("B33 in a request with other messages is not held", async () => {
    const wire = await Wire.open(transport, { ports: clockOf(new FakePorts()) });
    const page = await wire.connected();
    const { connectionType } = transport;
    const [connect, subscribe] = await page.askAll(
      { channel: "/meta/connect", connectionType },
      { channel: "/meta/subscribe", subscription: "/room" },
    );
    expect([connect?.successful, subscribe?.successful]).toEqual([true, true]);
    const last = await page.askAll(
      { channel: "/room", data: 1 },
      { channel: "/meta/connect", connectionType },
    );
    expect(last.every(({ successful }) => successful)).toBe(true);
    expect(wire.comet.stats().held).toBe(0);
  });

  it("B34 that is held gives way to another, which is held in its place", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.subscriber("/room");
    const first = await wire.hold(page);
    const second = page.poll();
    const [reply] = await page.replies(first);
    expect(reply).toEqual({
      channel: "/meta/connect",
      id: first,
      clientId: page.clientId,
      successful: true,
      advice: { reconnect: "retry", interval: 2_000, "multiple-clients": true },
    });
    expect(page.refusals).toEqual([]);
    await until(() => wire.comet.stats().held === 1);
    expect(page.replyTo(second)).toBeUndefined();
    await wire.comet.publish("/room", "for the second");
    await until(() => page.deliveries.length === 1);
    expect(page.answers.at(-1)?.[0]?.data).toBe("for the second");
  });

  it.each(["7", 7, 0, -1.5, "", "a b\u00fc"])(
    "B35 is answered with its id %j, in its type",
    async (id) => {
      const wire = await Wire.open(transport);
      const page = await wire.client();
      const { connectionType } = transport;
      const connect = { channel: "/meta/connect", id, connectionType, clientId: page.clientId };
      const [atOnce] = await page.exchange(connect);
      expect(atOnce?.id).toBe(id);
      page.send(JSON.stringify([connect]));
      await until(() => wire.comet.stats().held === 1);
      const { length } = page.answers;
      await wire.comet.disconnect(page.clientId);
      await until(() => page.answers.length > length);
      expect(page.answers.at(-1)?.[0]?.id).toBe(id);
    },
  );

  it("B36 that is held when the session expires is told not to come back", async () => {
    const time = new FakePorts();
    const handshake = (): unknown => ({ allow: true, validFor: 3_000 });
    const wire = await Wire.open(transport, {
      ports: clockOf(time),
      policies: { handshake: handshake as never },
    });
    const page = await wire.connected();
    const connect = await wire.hold(page);
    time.advance(3_000 + TICK);
    const [reply] = await page.replies(connect);
    expect(reply?.advice).toEqual({ reconnect: "none" });
    expect(wire.onServer(page)).toBeUndefined();
  });

  it("B38 whose peer goes away leaves the session and its messages behind, for a while", async () => {
    const time = new FakePorts();
    const wire = await Wire.open(transport, {
      interval: 500,
      maxInterval: 4_000,
      ports: clockOf(time),
    });
    const gone = await wire.subscriber("/room");
    await wire.hold(gone);
    await gone.peer.leave();
    await until(() => wire.comet.stats().held === 0);
    await wire.comet.publish("/room", "meanwhile");
    time.advance(4_499);
    expect(wire.onServer(gone)).toMatchObject({ isAlive: true, waiting: 1 });
    const back = await wire.page({ jar: gone.jar });
    back.clientId = gone.clientId;
    expect(await back.receive(1)).toEqual(["meanwhile"]);
    await back.peer.leave();
    await until(() => wire.comet.stats().held === 0);
    time.advance(4_500 + TICK);
    expect(wire.onServer(gone)).toBeUndefined();
    expect(wire.comet.stats()).toMatchObject({ clients: 0, subscriptions: 0, held: 0 });
  });

  it("B38 whose peer is gone for good makes room for another client of the browser", async () => {
    const time = new FakePorts();
    const wire = await Wire.open(transport, {
      ports: clockOf(time),
      limits: { clientsPerBrowser: 1 },
    });
    const { jar } = await wire.client();
    const next = await wire.page({ jar });
    expect((await next.handshake()).error).toBe("429::too_many_clients");
    time.advance(20_000 + TICK);
    expect((await next.handshake()).successful).toBe(true);
  });

  it("B39 keeps its session alive as long as it is held, and the session expires when none is", async () => {
    const time = new FakePorts();
    const wire = await Wire.open(transport, {
      timeout: 60_000,
      maxInterval: 1_000,
      ports: clockOf(time),
    });
    const ends: string[] = [];
    wire.comet.on("disconnected", ({ client, reason }) => ends.push(`${client.id} ${reason}`));
    const page = await wire.connected();
    const connect = await wire.hold(page);
    time.advance(59_000);
    expect(ends).toEqual([]);
    time.advance(1_000 + TICK);
    await page.replies(connect);
    time.advance(1_000 - 2 * TICK);
    expect(ends).toEqual([]);
    time.advance(3 * TICK);
    expect(ends).toEqual([`${page.clientId} timeout`]);
    expect((await page.connect()).advice).toEqual({ reconnect: "handshake", interval: 0 });
  });
});

describe("a connect over long polling", () => {
  it("B32 that is held is answered when a message comes, with the message", async () => {
    const wire = await Wire.open(LONG_POLLING, { ports: clockOf(new FakePorts()) });
    const page = await wire.subscriber("/room");
    const connect = await wire.hold(page);
    await wire.comet.publish("/room", 1);
    await page.replies(connect);
    expect(page.answers.at(-1)).toEqual([
      { channel: "/room", data: 1 },
      { channel: "/meta/connect", id: connect, clientId: page.clientId, successful: true },
    ]);
  });
});
