import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { BrowserSocket, refusalOf } from "./support/browser-socket.ts";
import { quietComet, serveSockets } from "./support/serve-sockets.ts";

describe("an upgrade", () => {
  it("S2: is refused while too many sockets have no client yet", async () => {
    const { url } = await serveSockets(quietComet(), { maxPendingSockets: 2 });
    const first = await BrowserSocket.open(url);
    const second = await BrowserSocket.open(url);
    expect(await refusalOf(url)).toBe(503);
    await first.handshake();
    const third = await BrowserSocket.open(url);
    expect(await refusalOf(url)).toBe(503);
    second.webSocket.close();
    await second.closed;
    expect(await refusalOf(url)).toBeUndefined();
    expect(third.isClosed).toBe(false);
  });

  it("S6: gives the browser a cookie, which it does not give again to one that brings it", async () => {
    const { url } = await serveSockets(quietComet());
    const first = await cookieFrom(url);
    expect(first).toMatch(/^BAYEUX_BROWSER=[\w-]{32}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(await cookieFrom(url, { cookie: first?.split(";")[0] ?? "" })).toBeUndefined();
  });

  it("S6: gives no cookie where cookies are off", async () => {
    const { url } = await serveSockets(quietComet(), { cookie: false });
    expect(await cookieFrom(url)).toBeUndefined();
  });

  it.each([
    ["https://elsewhere.example", 403],
    ["null", 403],
    ["", undefined],
  ])("S7: from a page at %j is answered %s by default", async (origin, status) => {
    const { url } = await serveSockets(quietComet());
    expect(await refusalOf(url, origin === "" ? {} : { origin })).toBe(status);
  });

  it("S7: from a page of the server itself, or of one on the list, is let in", async () => {
    const { url } = await serveSockets(quietComet(), { origins: ["https://app.example"] });
    expect(await refusalOf(url, { origin: url.replace("ws:", "http:").slice(0, -6) })).toBe(
      undefined,
    );
    expect(await refusalOf(url, { origin: "https://app.example" })).toBeUndefined();
    expect(await refusalOf(url, { origin: "https://app.example.evil" })).toBe(403);
  });

  it("S7: is refused when the function that decides about it throws, and the server goes on", async () => {
    let isBroken = true;
    const { url } = await serveSockets(quietComet(), {
      origins: () => {
        if (isBroken) throw new Error("no decision");
        return true;
      },
    });
    expect(await refusalOf(url, { origin: "https://app.example" })).toBe(500);
    isBroken = false;
    expect(await refusalOf(url, { origin: "https://app.example" })).toBeUndefined();
  });
});

describe("a WebSocket", () => {
  it("S2: is closed when a message comes in too many fragments", async () => {
    const { url } = await serveSockets(quietComet(), { maxFragments: 3 });
    const inThree = await BrowserSocket.open(url);
    sendInFragments(inThree, ["[", " ", "]"]);
    expect((await inThree.handshake()).successful).toBe(true);
    const inFour = await BrowserSocket.open(url);
    sendInFragments(inFour, ["[", " ", " ", "]"]);
    expect((await inFour.closed).code).toBe(1008);
  });

  it("S4: is closed when no client shows up on it in time, and only then", async () => {
    const { url } = await serveSockets(quietComet(), { handshakeTimeout: 500 });
    const speaking = await BrowserSocket.open(url);
    await speaking.handshake();
    const silent = await BrowserSocket.open(url);
    silent.say("/meta/connect", { connectionType: "websocket", clientId: "nobody" });
    expect(await silent.closed).toEqual({ code: 1008, reason: "no handshake" });
    // It was opened before, so its time would have been over before.
    expect((await speaking.connect()).successful).toBe(true);
  });

  it("S4: is closed when its client has gone and no other one shows up in time", async () => {
    const { url } = await serveSockets(quietComet(), {
      handshakeTimeout: 1_500,
      pingInterval: 1_000,
    });
    const socket = await BrowserSocket.connected(url, "/room");
    socket.say("/meta/disconnect", { clientId: socket.clientId });
    expect(await socket.closed).toEqual({ code: 1008, reason: "no handshake" });
  });

  it("S4: is broken off when its peer does not go when it is closed", async () => {
    const { url, ends } = await serveSockets(quietComet(), { handshakeTimeout: 50 });
    const silent = await BrowserSocket.open(url);
    silent.webSocket.pause();
    await until(() => ends[0]?.destroyed === true);
  });

  it("S6: on which a stolen client id is used is answered 402, and the client stays where it was", async () => {
    const comet = quietComet({ binding: "strict" });
    const { url } = await serveSockets(comet);
    const victim = await BrowserSocket.connected(url, "/room");
    victim.hold();
    await until(() => comet.stats().held === 1);
    const thief = await BrowserSocket.open(url);
    thief.clientId = victim.clientId;
    expect((await thief.connect()).error).toMatch(/^402:/);
    await comet.publish("/room", "secret");
    await until(() => victim.deliveries.length === 1);
    expect(thief.deliveries).toEqual([]);
  });

  it("S6: of the same browser may take the client over", async () => {
    const comet = quietComet({ binding: "strict" });
    const { url } = await serveSockets(comet);
    const first = await BrowserSocket.open(url);
    const [cookie = ""] = (await first.upgrade).headers["set-cookie"] ?? [];
    await first.handshake();
    const headers = { cookie: cookie.split(";")[0] ?? "" };
    const second = await BrowserSocket.open(url, { headers });
    second.clientId = first.clientId;
    expect((await second.connect()).successful).toBe(true);
  });

  it("S17: is never compressed, though its peer offers it", async () => {
    const { url } = await serveSockets(quietComet());
    const socket = await BrowserSocket.open(url, { perMessageDeflate: true });
    expect(socket.webSocket.extensions).toBe("");
  });

  it("is broken off when it does not answer pings, and stays when it does", async () => {
    const { url } = await serveSockets(quietComet(), { pingInterval: 200 });
    const alive = await BrowserSocket.open(url);
    const dead = await BrowserSocket.open(url, { autoPong: false });
    expect((await dead.closed).code).toBe(1006);
    expect((await alive.handshake()).successful).toBe(true);
  });
});

/** The cookie that the answer to an upgrade sets. */
async function cookieFrom(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const socket = await BrowserSocket.open(url, { headers });
  return (await socket.upgrade).headers["set-cookie"]?.[0];
}

function sendInFragments({ webSocket }: BrowserSocket, fragments: readonly string[]): void {
  fragments.forEach((fragment, at) => {
    webSocket.send(fragment, { fin: at === fragments.length - 1 });
  });
}
