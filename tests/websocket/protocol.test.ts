import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { BrowserSocket, refusalOf } from "./support/browser-socket.ts";
import { quietComet, serveSockets } from "./support/serve-sockets.ts";

const CHANNEL = "/room";

describe("a WebSocket", () => {
  it("B5: gets replies in the order of the requests", async () => {
    const { url } = await serveSockets(quietComet());
    const socket = await BrowserSocket.connected(url);
    const start = socket.messages.length;
    const { clientId } = socket;
    const requests = Array.from({ length: 5 }, (_, at) => ({
      channel: CHANNEL,
      id: `m${at}`,
      clientId,
      data: at,
    }));
    socket.send(JSON.stringify(requests));
    await until(() => socket.messages.length === start + requests.length);
    expect(socket.messages.slice(start).map(({ id }) => id)).toEqual(requests.map(({ id }) => id));
  });

  it.each([
    ["{", 1007, "malformed message"],
    ["42", 1007, "malformed message"],
    ["[null]", 1007, "malformed message"],
    [`[{"channel":"/a","data":${"[".repeat(40)}${"]".repeat(40)}}]`, 1008, "over the limits"],
    [`[${Array.from({ length: 101 }, () => '{"channel":"/a"}').join()}]`, 1008, "over the limits"],
  ])("B6: is closed on %.20s with code %i and a fixed reason", async (frame, code, reason) => {
    const comet = quietComet();
    const { url } = await serveSockets(comet);
    const socket = await BrowserSocket.open(url);
    socket.send(frame);
    expect(await socket.closed).toEqual({ code, reason });
    expect(comet.stats().clients).toBe(0);
  });

  it("B6: is closed on a binary message, whatever is in it", async () => {
    const { url } = await serveSockets(quietComet());
    const socket = await BrowserSocket.open(url);
    socket.send(Buffer.from('[{"channel":"/meta/handshake"}]'));
    expect(await socket.closed).toEqual({ code: 1003, reason: "text only" });
  });

  it("B6: has nothing processed that came after the frame for which it is closed", async () => {
    const comet = quietComet();
    const { url } = await serveSockets(comet);
    const socket = await BrowserSocket.open(url);
    socket.send("{");
    socket.say("/meta/handshake", { version: "1.0", supportedConnectionTypes: ["websocket"] });
    await socket.closed;
    expect(comet.stats().clients).toBe(0);
  });

  it.each(["[]", "", " \r\n\t", " [ ] "])("B7: goes on after the empty frame %j", async (frame) => {
    const { url } = await serveSockets(quietComet());
    const socket = await BrowserSocket.open(url);
    socket.send(frame);
    expect((await socket.handshake()).successful).toBe(true);
    expect(socket.messages).toHaveLength(1);
  });

  it("B11: opens at the path, with or without a slash and a query, and nowhere below it", async () => {
    const { url } = await serveSockets(quietComet());
    expect(await refusalOf(url)).toBeUndefined();
    expect(await refusalOf(`${url}/`)).toBeUndefined();
    expect(await refusalOf(`${url}?a=b/c`)).toBeUndefined();
    expect(await refusalOf(`${url}/connect`)).toBe(426);
    expect(await refusalOf(`${url}X`)).toBe(426);
  });

  it("B13: is closed with 1009 on a message over the limit", async () => {
    const { url } = await serveSockets(quietComet({ limits: { bodyBytes: 1_000 } }));
    const socket = await BrowserSocket.open(url);
    socket.send(`[{"channel":"/a","data":"${"x".repeat(1_000)}"}]`);
    expect((await socket.closed).code).toBe(1009);
  });

  it("B37: brings messages without answering the connect", async () => {
    const comet = quietComet();
    const { url } = await serveSockets(comet);
    const socket = await BrowserSocket.connected(url, CHANNEL);
    const id = socket.hold();
    await until(() => comet.stats().held === 1);
    await comet.publish(CHANNEL, "one");
    await until(() => socket.deliveries.length === 1);
    await comet.publish(CHANNEL, "two");
    await until(() => socket.deliveries.length === 2);
    expect(socket.deliveries).toEqual(["one", "two"]);
    expect(socket.replyTo(id)).toBeUndefined();
  });

  it("B37: answers the connect when its time is over", async () => {
    const { url } = await serveSockets(quietComet({ timeout: 150 }));
    const socket = await BrowserSocket.connected(url);
    expect((await socket.connect()).successful).toBe(true);
  });

  it("B37: gets nothing more once its client is connected on another", async () => {
    const comet = quietComet();
    const { url } = await serveSockets(comet);
    const old = await BrowserSocket.connected(url, CHANNEL);
    const oldConnect = old.hold();
    await until(() => comet.stats().held === 1);
    const fresh = await BrowserSocket.open(url);
    fresh.clientId = old.clientId;
    fresh.hold();
    await until(() => old.replyTo(oldConnect) !== undefined && comet.stats().held === 1);
    await comet.publish(CHANNEL, "for the new one");
    await until(() => fresh.deliveries.length === 1);
    expect(old.deliveries).toEqual([]);
  });

  it("B38: leaves its client behind, with what comes meanwhile, when it closes", async () => {
    const comet = quietComet();
    const { url } = await serveSockets(comet);
    const socket = await BrowserSocket.connected(url, CHANNEL);
    socket.hold();
    await until(() => comet.stats().held === 1);
    socket.webSocket.close();
    await until(() => comet.stats().held === 0);
    await comet.publish(CHANNEL, "meanwhile");
    const fresh = await BrowserSocket.open(url);
    fresh.clientId = socket.clientId;
    fresh.hold();
    await until(() => fresh.deliveries.length === 1);
    expect(fresh.deliveries).toEqual(["meanwhile"]);
  });

  it("B38: leaves its client behind when it breaks off without a word", async () => {
    const comet = quietComet();
    const { url, ends } = await serveSockets(comet);
    const socket = await BrowserSocket.connected(url);
    socket.hold();
    await until(() => comet.stats().held === 1);
    ends[0]?.resetAndDestroy();
    await until(() => comet.stats().held === 0);
    expect(comet.client(socket.clientId)?.isAlive).toBe(true);
  });

  it("B70: is answered its connect and then closed with 1001 when the Comet is closed", async () => {
    const comet = quietComet();
    const { url } = await serveSockets(comet);
    const socket = await BrowserSocket.connected(url);
    const idle = await BrowserSocket.open(url);
    const connect = socket.hold();
    await until(() => comet.stats().held === 1);
    await comet.close();
    expect(await socket.closed).toEqual({ code: 1001, reason: "server closing" });
    expect((await idle.closed).code).toBe(1001);
    expect(socket.replyTo(connect)?.advice?.reconnect).toBe("retry");
    expect(await refusalOf(url)).toBe(503);
  });

  it("B70: is broken off at the deadline when its peer does not answer the closing", async () => {
    const comet = quietComet();
    const { url, ends } = await serveSockets(comet);
    const socket = await BrowserSocket.connected(url);
    socket.webSocket.pause();
    await comet.close({ deadline: 50 });
    expect(ends[0]?.destroyed).toBe(true);
  });

  it("is closed when the server ends its client, after the client was told", async () => {
    const comet = quietComet();
    const { url } = await serveSockets(comet);
    const socket = await BrowserSocket.connected(url);
    const connect = socket.hold();
    await until(() => comet.stats().held === 1);
    await comet.disconnect(socket.clientId);
    expect(await socket.closed).toEqual({ code: 1000, reason: "session over" });
    expect(socket.replyTo(connect)?.advice?.reconnect).toBe("none");
  });

  it("is closed when it is detached from the server, which is then as it was before", async () => {
    const comet = quietComet();
    const { url, server, detach } = await serveSockets(comet);
    const socket = await BrowserSocket.open(url);
    detach();
    expect((await socket.closed).code).toBe(1001);
    expect(server.listenerCount("upgrade")).toBe(0);
    expect(Object.hasOwn(server, "emit")).toBe(false);
  });
});
