import { EventEmitter } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createHttpsServer, Server as HttpsServer } from "node:https";
import { Writable } from "node:stream";
import { attachComet } from "@encke/adapter-node-http";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { CERTIFICATE } from "../http/support/certificate.ts";
import { listen } from "../http/support/serve.ts";
import { until } from "../http/support/until.ts";
import { BrowserSocket } from "./support/browser-socket.ts";
import { quietComet, serveSockets } from "./support/serve-sockets.ts";

/** What the library does with the receivers of all servers in this process, while the test runs. */
function watchReceivers(): { messages: number; ends: number } {
  const heard = { messages: 0, ends: 0 };
  const { emit } = EventEmitter.prototype;
  vi.spyOn(EventEmitter.prototype, "emit").mockImplementation(function (
    this: EventEmitter,
    ...event: Parameters<typeof emit>
  ) {
    if (event[0] === "message" && isReceiver(this)) heard.messages++;
    return Reflect.apply(emit, this, event);
  });
  const { end } = Writable.prototype;
  vi.spyOn(Writable.prototype, "end").mockImplementation(function (
    this: Writable,
    ...rest: unknown[]
  ) {
    if (isReceiver(this)) heard.ends++;
    return Reflect.apply(end, this, rest);
  });
  onTestFinished(() => void vi.restoreAllMocks());
  return heard;
}

/** The types of the library do not know the class. */
function isReceiver(emitter: EventEmitter): boolean {
  return emitter instanceof Writable && Reflect.get(emitter, "_isServer") === true;
}

const sockets = async (server: Server) => (await serveSockets(quietComet(), {}, server)).url;

/** The fast lane for long polling has looked at a connection before it becomes a socket. */
async function behindTheLane(server: Server): Promise<string> {
  attachComet(server, quietComet(), { fastLane: true });
  return `${server instanceof HttpsServer ? "wss" : "ws"}://127.0.0.1:${await listen(server)}/comet`;
}

describe.each([
  ["ws", () => sockets(createServer())],
  ["wss", () => sockets(createHttpsServer(CERTIFICATE))],
  ["ws, behind the fast lane", () => behindTheLane(createServer())],
  ["wss, behind the fast lane", () => behindTheLane(createHttpsServer(CERTIFICATE))],
])("a socket over %s", (_name, serve) => {
  it("is read past the library, whatever the script of its texts", async () => {
    const heard = watchReceivers();
    const url = await serve();
    const socket = await BrowserSocket.connected(url, "/chat");
    socket.hold();
    for (const data of ["plain", "süß", "彗星", "☄😀", "x".repeat(10_000)]) {
      expect((await socket.ask("/chat", { data })).successful).toBe(true);
      await until(() => socket.deliveries.includes(data));
    }
    expect(heard.messages).toBe(0);
    socket.webSocket.send("[", { fin: false });
    socket.webSocket.send("]", { fin: true });
    await until(() => heard.messages === 1);
  });
});

describe("a socket whose peer goes", () => {
  it("has its receiver ended once", async () => {
    const heard = watchReceivers();
    const served = await serveSockets(quietComet());
    const socket = await BrowserSocket.connected(served.url);
    socket.webSocket.close();
    await until(() => served.ends[0]?.closed === true);
    expect(heard.ends).toBe(1);
  });
});
