import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { attachComet } from "@encke/adapter-node-http";
import { describe, expect, it } from "vitest";
import { answer, FakeComet } from "../support/fake-comet.ts";
import { BODY, GET, held, idle, served } from "../support/fast-lane.ts";
import { post, RawPeer } from "../support/raw-peer.ts";
import { listen, serve } from "../support/serve.ts";
import { until } from "../support/until.ts";

const LARGE = "x".repeat(30_000_000);

describe("requests that are sent ahead, by the fast lane", () => {
  it("are handled at once behind a held one, and answered after it", async () => {
    const { comet, peer, read } = await held();
    await peer.write(post(BODY));
    answer(await comet.exchange(2), [2]);
    expect(comet.handed[1]!.wasSent).toBeUndefined();
    answer(comet.handed[0]!, [1]);
    expect((await peer.answer()).body).toBe("[1]");
    expect((await peer.answer()).body).toBe("[2]");
    expect(comet.handed[1]!.wasSent).toBe(true);
    expect(read).toEqual([]);
  });

  it("are put together when they come in pieces behind a held one", async () => {
    const { comet, peer, read } = await held();
    for (const byte of Buffer.from(post(BODY))) await peer.write(Uint8Array.of(byte));
    await comet.exchange(2);
    expect(read).toEqual([]);
  });

  it("wait for the answer to a held one when they are not for the lane", async () => {
    const { comet, peer, read } = await held();
    await peer.write(GET + post(BODY));
    await peer.write("POST /comet HTTP/1.1\r\n");
    const other = await RawPeer.connect((peer.socket.remotePort ?? 0) as number);
    await other.write(post(BODY));
    await comet.exchange(2);
    expect(read).toEqual([]);
    answer(comet.handed[0]!, [1]);
    expect((await peer.answer()).body).toBe("[1]");
    expect((await peer.answer()).status).toBe(404);
    answer(await comet.exchange(3), [3]);
    expect((await peer.answer()).body).toBe("[3]");
    expect(read).toHaveLength(2);
  });

  it("are read no more when too much waits, and lose nothing by it", async () => {
    const { comet, peer } = await held();
    const count = 100;
    await peer.write(post(BODY).repeat(count));
    await comet.exchange(65);
    const other = await RawPeer.connect((peer.socket.remotePort ?? 0) as number);
    await other.write(post(BODY));
    await comet.exchange(66);
    expect(comet.handed).toHaveLength(66);
    comet.handle = (exchange) => answer(exchange, [0]);
    for (const exchange of comet.handed) answer(exchange, [0]);
    for (let at = 0; at <= count; at++) expect((await peer.answer()).body).toBe("[0]");
  });

  it("are read no more when what waits is large", async () => {
    const { comet, server, port } = await served();
    comet.holdAll();
    const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY));
    const exchange = await comet.exchange();
    void peer.write(post(LARGE));
    const socket = await accepted;
    await until(() => socket.isPaused());
    answer(exchange, [1]);
    expect((await peer.answer()).body).toBe("[1]");
    expect((await peer.answer()).status).toBe(413);
  });

  it("are handled no more while their peer does not read its answers", async () => {
    const { comet, port } = await served();
    const large = "x".repeat(300_000);
    comet.handle = (exchange) => answer(exchange, [large]);
    const peer = await RawPeer.connect(port);
    peer.socket.pause();
    void peer.write(post(BODY).repeat(2_000));
    await comet.exchange(1);
    const other = await RawPeer.connect(port);
    await other.write(post(BODY));
    await other.answer();
    expect(comet.handed.length).toBeLessThan(100);
    peer.socket.resume();
    for (let at = 0; at < 60; at++) expect((await peer.answer()).status).toBe(200);
  });

  it("do not hold back that their peer has gone", async () => {
    const { comet, peer } = await held();
    await peer.write("POST /comet HTTP/1.1\r\n");
    peer.socket.destroy();
    await until(() => comet.handed[0]!.isAbandoned);
  });
});

describe("a connection of the fast lane", () => {
  it("stays with node:http once it was left to it", async () => {
    const { port, read } = await served();
    const peer = await RawPeer.connect(port);
    await peer.write(GET);
    expect((await peer.answer()).status).toBe(404);
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(200);
    expect(read).toHaveLength(2);
  });

  it("is left to node:http when nothing comes, which has a rule for that", async () => {
    const { server, port, read } = await served();
    const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
    const peer = await RawPeer.connect(port);
    const socket = await accepted;
    expect(socket.listenerCount("timeout")).toBe(0);
    await until(() => socket.listenerCount("timeout") > 0);
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(200);
    expect(read).toHaveLength(1);
  });

  it("stays as it is while somebody else has paused it", async () => {
    const { server, port, read } = await served();
    const accept = () => new Promise<Socket>((resolve) => server.once("connection", resolve));
    const [paused, peer] = await Promise.all([accept(), RawPeer.connect(port)]);
    paused.pause();
    const [other] = await Promise.all([accept(), RawPeer.connect(port)]);
    await until(() => other.listenerCount("timeout") > 0);
    await peer.write(post(BODY));
    expect(paused.listenerCount("timeout")).toBe(0);
    paused.resume();
    expect((await peer.answer()).status).toBe(200);
    expect(read).toEqual([]);
  });

  it("is not idle while its peer reads", async () => {
    const { server, port, comet, peer } = await idle();
    server.keepAliveTimeout = 10;
    comet.handle = (exchange) => answer(exchange, [LARGE]);
    const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
    const slow = await RawPeer.connect(port);
    slow.socket.pause();
    await slow.write(post(BODY));
    await peer.closed;
    expect((await accepted).destroyed).toBe(false);
  });

  it("ends when nothing more is asked for as long as the server keeps connections", async () => {
    const { server, peer } = await idle();
    server.keepAliveTimeout = 10;
    await peer.closed;
  });

  it("ends with its answer when the Comet closes", async () => {
    const { comet, server, port } = await served();
    server.keepAliveTimeout = 0;
    comet.isClosing = true;
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY));
    expect((await peer.answer()).headers.get("connection")).toBe("close");
    await peer.closed;
  });

  it("sends nothing behind its last answer", async () => {
    const { comet, server, peer } = await held();
    const errors: unknown[] = [];
    server.on("clientError", (cause) => errors.push(cause));
    await peer.write(post(BODY));
    answer(await comet.exchange(2), [2]);
    comet.isClosing = true;
    answer(comet.handed[0]!, [1]);
    expect((await peer.answer()).body).toBe("[1]");
    await peer.closed;
    await until(() => comet.handed[1]!.wasSent === false);
    expect(errors).toEqual([]);
  });

  it("is offered to listeners of the server's timeouts before it ends", async () => {
    const { server, peer } = await idle();
    server.keepAliveTimeout = 10;
    const socket = new Promise<Socket>((resolve) => server.once("timeout", resolve));
    expect((await socket).destroyed).toBe(false);
    await peer.closed;
  });

  it("is not kept by a peer that closes its half", async () => {
    const { comet, peer } = await held();
    peer.socket.end();
    await peer.closed;
    await until(() => comet.handed[0]!.isAbandoned);
    const other = await idle();
    other.peer.socket.end();
    await other.peer.closed;
  });

  it("tells the server of its errors, as node:http does", async () => {
    const { server, peer, comet } = await held();
    const error = new Promise((resolve) => {
      server.once("clientError", (cause, socket) => {
        (socket as Socket).destroy();
        resolve(cause);
      });
    });
    peer.socket.resetAndDestroy();
    expect(await error).toMatchObject({ code: "ECONNRESET" });
    await until(() => comet.handed[0]!.isAbandoned);
  });

  it("does not keep a server from closing while it is idle", async () => {
    const { server, peer } = await idle();
    await new Promise((resolve) => server.close(resolve));
    await peer.closed;
  });

  it("is closed with the idle ones only when nothing is held", async () => {
    const { server, peer, comet } = await held();
    server.closeIdleConnections();
    answer(comet.handed[0]!, [1]);
    expect((await peer.answer()).body).toBe("[1]");
    server.closeIdleConnections();
    await peer.closed;
  });

  it("is closed with all others", async () => {
    const { server, peer, comet } = await held();
    server.closeAllConnections();
    await peer.closed;
    await until(() => comet.handed[0]!.isAbandoned);
  });

  it("is broken off when its peer reads nothing", async () => {
    const { peer, comet } = await held({ writeTimeout: 50 });
    peer.socket.pause();
    answer(comet.handed[0]!, [LARGE]);
    await until(() => comet.handed[0]!.wasSent === false);
  });

  it("goes to node:http when the Comet is taken off its server, after what is held", async () => {
    const server = createServer((_request, response) => response.writeHead(201).end());
    const comet = new FakeComet();
    const listeners = server.listeners("connection");
    const attachment = attachComet(server, comet, { fastLane: true });
    const port = await listen(server);
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(200);
    comet.holdAll();
    const late = await RawPeer.connect(port);
    await late.write(post(BODY));
    const exchange = await comet.exchange(2);
    attachment.detach();
    expect(server.listeners("connection")[0]).toBe(listeners[0]);
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(201);
    answer(exchange, [2]);
    expect((await late.answer()).body).toBe("[2]");
    await late.write(post(BODY));
    expect((await late.answer()).status).toBe(201);
  });

  it("has no listeners of the lane any more when it was left to node:http", async () => {
    const plain = await serve(new FakeComet());
    const { server, port } = await served();
    const socketOf = (some: Server) =>
      new Promise<Socket>((resolve) => some.once("connection", resolve));
    const sockets = [socketOf(plain.server), socketOf(server)];
    for (const each of [plain.port, port]) {
      const peer = await RawPeer.connect(each);
      await peer.write(GET);
      await peer.answer();
    }
    const [expected, actual] = (await Promise.all(sockets)).map((socket) =>
      socket.eventNames().map((name) => [name, socket.listenerCount(name)]),
    );
    expect(new Map(actual as never)).toEqual(new Map(expected as never));
  });
});
