import { createServer, type Server } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { attachComet, attachWebSockets } from "@encke/adapter-node-http";
import { Server as SocketIoServer } from "socket.io";
import { createServer as createViteServer } from "vite";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { RawPeer } from "../http/support/raw-peer.ts";
import { listen } from "../http/support/serve.ts";
import { BrowserSocket, refusalOf } from "../websocket/support/browser-socket.ts";
import { quietComet } from "../websocket/support/serve-sockets.ts";

/** Milliseconds after which socket.io destroys sockets that it does not know. */
const SOCKET_IO_PATIENCE = 1_000;

/** Another library that takes WebSockets on the same server. */
interface Neighbour {
  /** Puts it on the server. Returns path and query, and the subprotocol, by which it is asked for. */
  attach(server: Server): Promise<readonly [path: string, protocol?: string]>;
  /** What it says first. */
  readonly greeting: RegExp;
}

const NEIGHBOURS: Readonly<Record<string, Neighbour>> = {
  "U1: ws with a server and a path": {
    async attach(server) {
      const webSockets = new WebSocketServer({ server, path: "/other" });
      webSockets.on("connection", (socket) => socket.send("hello from ws"));
      return ["/other"];
    },
    greeting: /^hello from ws$/,
  },
  "U2: socket.io": {
    async attach(server) {
      const io = new SocketIoServer(server);
      onTestFinished(() => void io.disconnectSockets(true));
      return ["/socket.io/?EIO=4&transport=websocket"];
    },
    greeting: /^0\{"sid"/,
  },
  "U4: Vite with hot module replacement": {
    async attach(server) {
      const vite = await createViteServer({
        configFile: false,
        envFile: false,
        root: fileURLToPath(new URL(".", import.meta.url)),
        logLevel: "silent",
        appType: "custom",
        optimizeDeps: { noDiscovery: true },
        server: { middlewareMode: true, hmr: { server }, watch: null },
      });
      onTestFinished(() => vite.close());
      return [`/?token=${vite.config.webSocketToken}`, "vite-hmr"];
    },
    greeting: /"type":"connected"/,
  },
};

describe.each(Object.entries(NEIGHBOURS))("%s", (_name, { attach, greeting }) => {
  it("is served beside us when it was there before us", async () => {
    const server = createServer();
    const [path, protocol] = await attach(server);
    attachWebSockets(server, quietComet());
    const origin = `ws://127.0.0.1:${await listen(server)}`;
    expect(await firstWord(origin + path, protocol)).toMatch(greeting);
    await expectService(`${origin}/comet`);
  });

  it("is served beside us when it comes after us", async () => {
    const server = createServer();
    attachWebSockets(server, quietComet());
    const [path, protocol] = await attach(server);
    const origin = `ws://127.0.0.1:${await listen(server)}`;
    expect(await firstWord(origin + path, protocol)).toMatch(greeting);
    await expectService(`${origin}/comet`);
  });

  it("is still served when we have left", async () => {
    const server = createServer();
    const detach = attachWebSockets(server, quietComet());
    const [path, protocol] = await attach(server);
    const origin = `ws://127.0.0.1:${await listen(server)}`;
    detach();
    expect(await firstWord(origin + path, protocol)).toMatch(greeting);
  });
});

describe("U3: beside socket.io", () => {
  it("a client whose handshake takes longer to decide on than socket.io waits is let in", async () => {
    const server = createServer();
    new SocketIoServer(server);
    const comet = quietComet();
    comet.on("handshaking", () => delay(SOCKET_IO_PATIENCE + 300));
    attachWebSockets(server, comet);
    await expectService(`ws://127.0.0.1:${await listen(server)}/comet`);
  });
});

describe("a server with WebSockets of ours alone", () => {
  it("U6: answers 426 elsewhere, and can then be closed", async () => {
    const server = createServer();
    const detach = attachWebSockets(server, quietComet());
    const url = `ws://127.0.0.1:${await listen(server)}`;
    expect(await refusalOf(`${url}/elsewhere`)).toBe(426);
    detach();
    await new Promise((resolve) => server.close(resolve));
  });

  it("U7: answers an ordinary request that would like another protocol as far as node:http lets it", async () => {
    const server = createServer((_request, response) => response.end("a page"));
    attachWebSockets(server, quietComet());
    const port = await listen(server);
    const peer = await RawPeer.connect(port);
    await peer.write(
      "GET /page HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
    );
    // Without a callback to ask, node:http hands over every such request as soon as somebody takes upgrades.
    const expected = "shouldUpgradeCallback" in server ? 200 : 426;
    expect((await peer.answer()).status).toBe(expected);
  });

  it("U8: is as it was before once everything was detached", async () => {
    const server = createServer();
    const before = [Object.getOwnPropertyNames(server), server.eventNames()];
    const attached = attachComet(server, quietComet());
    attached.detach();
    expect([Object.getOwnPropertyNames(server), server.eventNames()]).toEqual(before);
  });

  it("U9: serves two Comets, and the one that is left when the other goes", async () => {
    const server = createServer();
    const one = quietComet();
    const two = quietComet();
    const detachOne = attachWebSockets(server, one, { path: "/one" });
    attachWebSockets(server, two, { path: "/two" });
    const url = `ws://127.0.0.1:${await listen(server)}`;
    const first = await BrowserSocket.connected(`${url}/one`);
    const second = await BrowserSocket.connected(`${url}/two`);
    expect([one.stats().clients, two.stats().clients]).toEqual([1, 1]);
    await one.close();
    detachOne();
    expect((await first.closed).code).toBe(1001);
    expect((await second.ask("/meta/subscribe", { subscription: "/room" })).successful).toBe(true);
    await expectService(`${url}/two`);
    expect(await refusalOf(`${url}/one`)).toBe(426);
  });
});

async function expectService(url: string): Promise<void> {
  const socket = await BrowserSocket.open(url);
  expect((await socket.handshake()).successful).toBe(true);
  socket.webSocket.terminate();
}

async function firstWord(url: string, protocol?: string): Promise<string> {
  const socket = new WebSocket(url, protocol);
  onTestFinished(() => socket.terminate());
  return await new Promise((resolve, reject) => {
    socket.once("message", (data) => resolve(String(data)));
    socket.once("error", reject);
  });
}
