import { CookieJar } from "@encke/adapter-testkit";
import { describe, expect, it } from "vitest";
import type { Page } from "../support/page.ts";
import { LONG_POLLING, TRANSPORTS, WEB_SOCKET } from "../support/transports.ts";
import { Wire } from "../support/wire.ts";

const HOSTILE = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "prototype",
  "__defineGetter__",
  "length",
];

describe.each(TRANSPORTS)("a hostile name over $name", (transport) => {
  it.each(HOSTILE)("S5 %s is nobody's client id", async (name) => {
    const wire = await Wire.open(transport);
    const page = await wire.page();
    page.clientId = name;
    const replies = await page.askAll(
      { channel: "/meta/connect", connectionType: transport.connectionType },
      { channel: "/room", data: 1 },
      { channel: "/meta/disconnect" },
    );
    expect(replies.map(({ error }) => error)).toEqual(Array(3).fill("402::session_unknown"));
    expect(wire.comet.client(name)).toBeUndefined();
  });

  it.each(HOSTILE)("S5 %s is a channel like any other", async (name) => {
    const wire = await Wire.open(transport);
    const page = await wire.subscriber(`/${name}`, `/a/${name}/*`);
    const other = await wire.subscriber("/other", "/end");
    for (const channel of [`/${name}`, `/a/${name}/b`]) await page.publish(channel, channel);
    await wire.comet.publish("/end", "the end");
    expect(await page.receive(2)).toEqual([`/${name}`, `/a/${name}/b`]);
    expect(await other.receive(1)).toEqual(["the end"]);
    expect((await page.publish(`/meta/${name}`, 1)).error).toBe(`403:/meta/${name}:channel_denied`);
    expect((await page.publish(`/service/${name}`, 1)).successful).toBe(true);
  });

  it.each(HOSTILE)(
    "S5 %s is a message id, a connection type, an ext key and data like any other",
    async (name) => {
      const wire = await Wire.open(transport);
      const page = await wire.subscriber("/room");
      const before = page.messages.length;
      const keyed = `{"${name}":{"polluted":true}}`;
      const message = `{"channel":"/room","id":"${name}","clientId":"${page.clientId}","ext":${keyed},"data":${keyed},"${name}":{"polluted":true}}`;
      page.send(`[${message}]`);
      await page.receive(1);
      expect(page.messages[before]).toEqual({ channel: "/room", id: name, successful: true });
      expect(JSON.stringify(page.deliveries)).toBe(`[{"channel":"/room","data":${keyed}}]`);
      expect((await page.connect({ connectionType: name })).error).toMatch(/^301:/);
      const types = { supportedConnectionTypes: [name] };
      expect((await page.handshake(types)).successful).toBe(false);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
      expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    },
  );

  it("S5 changes no message when it holds fields of the protocol", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.connected();
    const inherited = `{"channel":"/room","clientId":"${page.clientId}","data":1}`;
    page.send(`[{"__proto__":${inherited},"id":"a"}]`);
    page.send(`[{"constructor":{"prototype":${inherited}},"id":"b"}]`);
    const replies = await page.replies("a", "b");
    expect(replies.map(({ successful }) => successful)).toEqual([false, false]);
    expect(wire.comet.stats().published).toBe(0);
  });
});

describe.each(TRANSPORTS)("a client id over $name", (transport) => {
  it("S6 that is stolen is worth nothing in another browser, and its owner does not notice", async () => {
    const wire = await Wire.open(transport);
    const victim = await inItsBrowser(wire);
    await victim.subscribe("/room");
    const thief = await inItsBrowser(wire);
    await expectNothing(wire, thief, victim);
    await wire.comet.publish("/room", "for the owner");
    expect(await victim.receive(1)).toEqual(["for the owner"]);
    expect(thief.received).toEqual([]);
  });

  it("S6 that is stolen is worth nothing without any cookie", async () => {
    const wire = await Wire.open(transport);
    const victim = await inItsBrowser(wire);
    await expectNothing(wire, await wire.page(), victim);
  });

  it("S6 that is stolen is worth nothing with a cookie that nearly is the right one", async () => {
    const wire = await Wire.open(transport);
    const victim = await inItsBrowser(wire);
    const [name, value = ""] = (victim.jar.header ?? "").split("=");
    const last = value.endsWith("A") ? "B" : "A";
    for (const wrong of ["", value.slice(0, -1), `${value.slice(0, -1)}${last}`, `${value}A`]) {
      const jar = new CookieJar();
      jar.keep([`${name}=${wrong}`]);
      await expectNothing(wire, await wire.page({ jar }), victim);
    }
  });

  it("S6 goes with its browser to another connection", async () => {
    const wire = await Wire.open(transport);
    const page = await inItsBrowser(wire);
    await page.subscribe("/room");
    await page.peer.leave();
    const again = await wire.page({ jar: page.jar });
    again.clientId = page.clientId;
    await wire.comet.publish("/room", "in the new one");
    expect(await again.receive(1)).toEqual(["in the new one"]);
  });

  it("S6 needs its cookie from the first message on where the application is strict", async () => {
    const wire = await Wire.open(transport, { binding: "strict" });
    const victim = await wire.client();
    await expectNothing(wire, await wire.page(), victim);
    expect((await victim.connect()).successful).toBe(true);
  });
});

describe("a client id", () => {
  it("S6 that was given out over one transport is worth nothing over the other without its cookie", async () => {
    const wire = await Wire.open(LONG_POLLING);
    const victim = await inItsBrowser(wire);
    const thief = await wire.page({}, WEB_SOCKET);
    await expectNothing(wire, thief, victim);
    const upgraded = await wire.page({ jar: victim.jar }, WEB_SOCKET);
    upgraded.clientId = victim.clientId;
    expect((await upgraded.subscribe("/room")).successful).toBe(true);
  });
});

/** A client in a browser that had its cookie before. */
async function inItsBrowser(wire: Wire): Promise<Page> {
  const { jar } = await wire.client();
  return await wire.connected({ jar });
}

/** Whatever the thief tries with the victim's id is refused, and changes nothing. */
async function expectNothing(wire: Wire, thief: Page, { clientId }: Page): Promise<void> {
  const before = wire.comet.client(clientId)?.subscriptions;
  const { published } = wire.comet.stats();
  const own = thief.clientId;
  thief.clientId = clientId;
  const replies = await thief.askAll(
    { channel: "/meta/connect", connectionType: wire.transport.connectionType },
    { channel: "/meta/subscribe", subscription: "/stolen" },
    { channel: "/meta/unsubscribe", subscription: "/room" },
    { channel: "/room", data: "stolen" },
    { channel: "/service/stolen", data: 1 },
    { channel: "/meta/disconnect" },
  );
  thief.clientId = own;
  expect(replies.map(({ error }) => error)).toEqual(Array(6).fill("402::session_unknown"));
  expect(wire.comet.client(clientId)).toMatchObject({ isAlive: true, subscriptions: before });
  expect(wire.comet.stats().published).toBe(published);
}
