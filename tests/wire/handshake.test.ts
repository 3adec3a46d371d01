import { describe, expect, it } from "vitest";
import { LONG_POLLING, TRANSPORTS } from "./support/transports.ts";
import { Wire } from "./support/wire.ts";

const ALL = ["long-polling", "streaming", "eventsource", "polling", "websocket"];

describe.each(TRANSPORTS)("a handshake over $name", (transport) => {
  it.each(["version", "supportedConnectionTypes"])("B16 fails without %s", async (parameter) => {
    const wire = await Wire.open(transport);
    const page = await wire.page();
    const reply = await page.handshake({ [parameter]: undefined });
    expect(reply).toMatchObject({
      successful: false,
      error: `402:${parameter}:parameter_missing`,
      advice: { reconnect: "none" },
    });
    expect(wire.comet.stats().clients).toBe(0);
  });

  it("B17 fails without a common connection type", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.page();
    const smoke = await page.handshake({ supportedConnectionTypes: ["smoke", "drums"] });
    expect(smoke).toMatchObject({
      successful: false,
      error: "301:smoke,drums:connection_type_unsupported",
    });
    expect((await page.handshake({ supportedConnectionTypes: [] })).successful).toBe(false);
    expect(wire.comet.stats().clients).toBe(0);
  });

  it.each([
    ["1.0", undefined, true],
    ["1.0", "1.0", true],
    ["1.0", "0.9", true],
    ["1.0beta", undefined, true],
    ["1", undefined, true],
    ["1.7", undefined, true],
    ["1.10", "1.0", true],
    ["2.0", "1.0", true],
    ["9.0", undefined, false],
    ["10.0", undefined, false],
    ["0.9", undefined, false],
    ["2.0", "1.1", false],
    ["1.0", "2.0", false],
    ["1.0", "10", false],
    ["one", undefined, false],
    ["1.0", "one", false],
    ["", undefined, false],
  ])(
    "B18 with version %j and minimum %j has the outcome %j",
    async (version, minimumVersion, isFine) => {
      const wire = await Wire.open(transport);
      const page = await wire.page();
      const reply = await page.handshake({ version, minimumVersion });
      expect(reply.successful).toBe(isFine);
      expect(reply.clientId === undefined).toBe(!isFine);
      if (!isFine) expect(reply.error).toMatch(/^400:[^:]*:version_unsupported$/);
    },
  );

  it("B19 is answered with all that a client needs to know", async () => {
    const wire = await Wire.open(transport, { timeout: 12_345, interval: 67, maxInterval: 8_901 });
    const page = await wire.page();
    const reply = await page.handshake({ id: "shake" });
    expect(reply).toEqual({
      channel: "/meta/handshake",
      id: "shake",
      successful: true,
      version: "1.0",
      minimumVersion: "1.0",
      supportedConnectionTypes: ALL,
      clientId: expect.any(String),
      advice: { reconnect: "retry", interval: 67, timeout: 12_345, maxInterval: 8_901 },
    });
  });

  it("B20 is told all connection types, and the alias that the client uses", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.page();
    const alias = "cross-origin-long-polling";
    const aliased = await page.handshake({ supportedConnectionTypes: ["smoke", alias] });
    expect(aliased.supportedConnectionTypes).toEqual([...ALL, alias]);
    expect((await page.connect({ connectionType: alias })).successful).toBe(true);
    const plain = await page.handshake();
    expect(plain.supportedConnectionTypes).toEqual(ALL);
  });

  it.each([
    ["with the advice to give up", undefined, { reconnect: "none" }],
    ["with the policy's own advice", { reconnect: "handshake" }, { reconnect: "handshake" }],
  ] as const)(
    "B21 that is denied is answered %s, and without a client id",
    async (_, given, told) => {
      const refusal = { allow: false, reason: "who are you?", ...(given && { advice: given }) };
      const wire = await Wire.open(transport, { policies: { handshake: () => refusal as never } });
      const page = await wire.page();
      expect(await page.handshake({ id: "h" })).toEqual({
        channel: "/meta/handshake",
        id: "h",
        successful: false,
        error: "403::who are you?",
        advice: told,
      });
      expect(wire.comet.stats().clients).toBe(0);
    },
  );

  it("B21 that a listener cancels is denied in the same way", async () => {
    const wire = await Wire.open(transport);
    wire.comet.on("handshaking", (event) => event.cancel());
    const page = await wire.page();
    const reply = await page.handshake();
    expect(reply).toMatchObject({
      successful: false,
      error: "403::handshake_denied",
      advice: { reconnect: "none" },
    });
    expect(reply).not.toHaveProperty("clientId");
    expect(wire.comet.stats().clients).toBe(0);
  });

  it("B22 is the only message of its request that is processed", async () => {
    const wire = await Wire.open(transport);
    const subscriber = await wire.subscriber("/room");
    const page = await wire.client();
    const { clientId } = page;
    const [publish, handshake, subscribe] = await page.askAll(
      { channel: "/room", data: "before" },
      {
        channel: "/meta/handshake",
        version: "1.0",
        supportedConnectionTypes: [transport.connectionType],
      },
      { channel: "/meta/subscribe", subscription: "/room" },
    );
    expect(handshake?.successful).toBe(true);
    expect(handshake?.clientId).not.toBe(clientId);
    for (const other of [publish, subscribe]) {
      expect(other).toMatchObject({ successful: false, error: "402::session_unknown" });
    }
    expect(wire.onServer(page)?.subscriptions).toEqual([]);
    await wire.comet.publish("/room", "after");
    expect(await subscriber.receive(1)).toEqual(["after"]);
  });

  it("B22 is one even where its request holds two", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.page();
    const handshake = {
      channel: "/meta/handshake",
      version: "1.0",
      supportedConnectionTypes: [transport.connectionType],
    };
    const [first, second] = await page.askAll(handshake, handshake);
    expect(first?.successful).toBe(true);
    expect(second).toMatchObject({ successful: false, error: "402::session_unknown" });
    expect(wire.comet.stats().clients).toBe(1);
  });

  it("B23 gives a new id, whatever id comes with it", async () => {
    const wire = await Wire.open(transport);
    const victim = await wire.subscriber("/room");
    const page = await wire.page();
    page.clientId = victim.clientId;
    const first = await page.handshake();
    const second = await page.handshake();
    const ids = [victim.clientId, first.clientId, second.clientId];
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(wire.comet.client(id as string)?.isAlive).toBe(true);
    await wire.comet.publish("/room", 1);
    expect(await victim.receive(1)).toEqual([1]);
    expect(wire.comet.client(first.clientId as string)?.waiting).toBe(0);
  });
});

describe("a handshake", () => {
  it("B20 is never told of a transport that is off", async () => {
    const off = { webSocket: false, streaming: false, polling: false };
    const wire = await Wire.open(LONG_POLLING, {}, off);
    const page = await wire.page();
    expect((await page.handshake()).supportedConnectionTypes).toEqual(["long-polling"]);
    const reply = await page.handshake({ supportedConnectionTypes: ["websocket"] });
    expect(reply.error).toBe("301:websocket:connection_type_unsupported");
    const callback = await page.handshake({ supportedConnectionTypes: ["callback-polling"] });
    expect(callback.successful).toBe(false);
  });

  it("B24 gives ids of letters and digits, with at least 128 random bits, and never one again", async () => {
    const wire = await Wire.open(LONG_POLLING, { limits: { clientsPerBrowser: 1_000 } });
    const page = await wire.page();
    const ids: string[] = [];
    for (let at = 0; at < 200; at++) {
      page.clientId = "";
      ids.push((await page.handshake()).clientId as string);
      await page.ask({ channel: "/meta/disconnect" });
    }
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9]{32,64}$/);
    expect(leastBitsOf(ids)).toBeGreaterThanOrEqual(128);
  });
});

/** Four bits for each place at which nearly all hexadecimal digits occur. */
function leastBitsOf(ids: readonly string[]): number {
  const places = Array.from(ids[0] as string, (_, place) => new Set(ids.map((id) => id[place])));
  return 4 * places.filter((digits) => digits.size >= 14).length;
}
