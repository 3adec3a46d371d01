import { createServer, type Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type AttachOptions, attachComet } from "@encke/adapter-node-http";
import { describe, expect, it, onTestFinished } from "vitest";
import { CERTIFICATE } from "../support/certificate.ts";
import { FakeComet } from "../support/fake-comet.ts";
import { BODY, GET, served } from "../support/fast-lane.ts";
import { post, RawPeer } from "../support/raw-peer.ts";
import { listen } from "../support/serve.ts";
import { until } from "../support/until.ts";

describe("the fast lane", () => {
  it("answers without node:http, as often as it is asked", async () => {
    const { port, read, comet } = await served();
    const peer = await RawPeer.connect(port);
    for (let count = 0; count < 3; count++) {
      await peer.write(post(BODY, { "X-Count": String(count % 2) }));
      expect((await peer.answer()).status).toBe(200);
    }
    expect(comet.handed).toHaveLength(3);
    expect(read).toEqual([]);
  });

  it("is there for servers of node:https", async () => {
    const { port, read } = await served({}, createHttpsServer(CERTIFICATE) as never);
    const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
    onTestFinished(() => {
      socket.destroy();
    });
    let received = "";
    socket.on("data", (chunk: Buffer) => {
      received += chunk;
    });
    socket.write(post(BODY));
    await until(() => received.endsWith("]"));
    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(read).toEqual([]);
  });

  it("is off unless it is asked for", async () => {
    const { port, read } = await served({ fastLane: false });
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(200);
    expect(read).toHaveLength(1);
  });

  it("is refused where it cannot be", () => {
    const refused = { code: "options_invalid" };
    const comet = new FakeComet();
    expect(() => attachComet(createHttp2Server(), comet, { fastLane: true })).toThrow(
      expect.objectContaining(refused),
    );
    const peerOf = () => ({ isSecure: true });
    expect(() => attachComet(createServer(), comet, { fastLane: true, peerOf })).toThrow(
      expect.objectContaining(refused),
    );
    expect(comet.announced).toEqual([]);
  });

  it("stays closed, and says so, where something else reads the connections", async () => {
    const server = createServer();
    const [own] = server.listeners("connection") as ((socket: Socket) => void)[];
    server.removeAllListeners("connection");
    server.on("connection", (socket: Socket) => own!.call(server, socket));
    const { comet, port, read } = await served({}, server);
    expect(comet.logged).toMatchObject([{ level: "warn" }]);
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(200);
    expect(read).toHaveLength(1);
  });

  it("is for one Comet of a server, and leaves the others to node:http", async () => {
    const { server, port, read } = await served();
    const other = new FakeComet();
    const { detach } = attachComet(server, other, { fastLane: true, path: "/other" });
    expect(other.logged).toMatchObject([{ level: "warn" }]);
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY).replace("/comet", "/other"));
    expect((await peer.answer()).status).toBe(200);
    expect(other.handed).toHaveLength(1);
    expect(read).toHaveLength(1);
    detach();
    const late = await RawPeer.connect(port);
    await late.write(post(BODY));
    expect((await late.answer()).status).toBe(200);
    expect(read).toHaveLength(1);
  });

  it("does not bring back to a server what somebody has taken off it", () => {
    const server = createServer();
    const { detach } = attachComet(server, new FakeComet(), { fastLane: true });
    server.removeAllListeners("connection");
    detach();
    expect(server.listeners("connection")).toEqual([]);
  });

  it("is closed for a connection that came when the Comet was taken off", async () => {
    const server = createServer((_request, response) => response.writeHead(201).end());
    const { detach } = attachComet(server, new FakeComet(), { fastLane: true });
    server.once("connection", detach);
    const peer = await RawPeer.connect(await listen(server));
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(201);
  });

  it("tells every listener of the server of a connection, once", async () => {
    const server = createServer();
    const told: string[] = [];
    server.on("connection", () => told.push("before"));
    const { port } = await served({}, server);
    server.on("connection", () => told.push("after"));
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY) + GET);
    await peer.answer();
    expect((await peer.answer()).status).toBe(404);
    expect(told).toEqual(["before", "after"]);
  });

  it.each<[string, (socket: Socket) => void]>([
    ["reads", (socket) => socket.on("data", () => undefined)],
    ["decodes", (socket) => socket.setEncoding("latin1")],
    ["waits to read", (socket) => socket.on("readable", () => undefined)],
    ["counts the time of", (socket) => socket.setTimeout(60_000)],
  ])("leaves connections alone that somebody else %s", async (_name, touch) => {
    const { server, port, read } = await served();
    server.on("connection", touch);
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(200);
    expect(read).toHaveLength(1);
  });

  it.each<[string, (server: Server & { httpAllowHalfOpen?: boolean }) => void]>([
    ["timeout", (server) => server.setTimeout(60_000)],
    ["maxRequestsPerSocket", (server) => Object.assign(server, { maxRequestsPerSocket: 2 })],
    ["maxHeadersCount", (server) => Object.assign(server, { maxHeadersCount: 20 })],
    ["maxHeaderSize", (server) => Object.assign(server, { maxHeaderSize: 4_096 })],
    ["httpAllowHalfOpen", (server) => Object.assign(server, { httpAllowHalfOpen: true })],
  ])("leaves connections to node:http where the server has a %s", async (_name, set) => {
    const { server, port, read } = await served();
    set(server);
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(200);
    expect(read).toHaveLength(1);
  });

  it("gives a function about origins nothing but requests of node:http", async () => {
    const seen: unknown[] = [];
    const origins: AttachOptions["origins"] = (_origin, request) => {
      seen.push(request.constructor.name);
      return true;
    };
    const { port, read } = await served({ origins });
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(200);
    expect(read).toEqual([]);
    await peer.write(post(BODY, { Origin: "https://a.org" }));
    expect((await peer.answer()).headers.get("access-control-allow-origin")).toBe("https://a.org");
    expect(read).toHaveLength(1);
    expect(new Set(seen)).toEqual(new Set(["IncomingMessage"]));
  });
});
