import { createServer, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { CERTIFICATE } from "../support/certificate.ts";
import { answer } from "../support/fake-comet.ts";
import { BODY, GET, type Served, served } from "../support/fast-lane.ts";
import { post, RawPeer } from "../support/raw-peer.ts";
import { until } from "../support/until.ts";

/** A connection whose first two requests were answered, and what goes through the stream of its socket from now on. */
async function known(): Promise<Served & { peer: RawPeer; socket: Socket; streamed: Buffer[] }> {
  const all = await served();
  const accepted = acceptedBy(all.server);
  const peer = await RawPeer.connect(all.port);
  const socket = await accepted;
  for (let count = 0; count < 2; count++) {
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(200);
  }
  const streamed: Buffer[] = [];
  const { push, write } = socket;
  vi.spyOn(socket, "push").mockImplementation((chunk: Buffer) => {
    streamed.push(chunk);
    return push.call(socket, chunk);
  });
  vi.spyOn(socket, "write").mockImplementation((...chunk: unknown[]) => {
    streamed.push(Buffer.from(String(chunk[0])));
    return Reflect.apply(write, socket, chunk) as boolean;
  });
  return { ...all, peer, socket, streamed };
}

function acceptedBy(server: Server): Promise<Socket> {
  return new Promise((resolve) => server.once("connection", resolve));
}

/** Who reads the socket past its stream. */
function readerOf(socket: Socket): unknown {
  const symbols = Object.getOwnPropertySymbols(socket);
  return Reflect.get(socket, symbols.find(({ description }) => description === "reader") ?? "none");
}

describe("requests with the same head, by the fast lane", () => {
  it("are read and answered past the stream of their socket", async () => {
    const { comet, peer, streamed, read } = await known();
    for (let count = 0; count < 3; count++) {
      await peer.write(post(BODY));
      expect((await peer.answer()).body).toBe('[{"channel":"/a","successful":true}]');
    }
    expect(comet.handed).toHaveLength(5);
    expect(streamed.map(String)).toEqual([]);
    expect(read).toEqual([]);
  });

  it.each([
    ["come two at a time", post(BODY).repeat(2), 2],
    ["have another head in as many bytes", post(BODY).replace("localhost", "otherhost"), 1],
  ])("are read by the lane also where they %s", async (_, bytes, count) => {
    const { comet, peer, streamed, read } = await known();
    await peer.write(bytes);
    for (let at = 0; at < count; at++) expect((await peer.answer()).status).toBe(200);
    expect(streamed.map(String)).toContain(bytes);
    streamed.length = 0;
    await peer.write(bytes.slice(0, bytes.length / count));
    expect((await peer.answer()).status).toBe(200);
    expect(comet.handed).toHaveLength(2 + count + 1);
    expect(streamed.map(String)).toEqual([]);
    expect(read).toEqual([]);
  });

  it.each([
    ["come in pieces", [post(BODY).slice(0, 30), post(BODY).slice(30)], 1],
    ["end somewhere in a body", [post(BODY).slice(0, -3), post(BODY).slice(-3)], 1],
    ["come with a part of the next", [post(BODY) + post(BODY).slice(0, 9), post(BODY).slice(9)], 2],
  ])("are all answered where they %s", async (_, pieces, count) => {
    const { comet, peer } = await known();
    for (const piece of [...pieces, ...pieces]) {
      await peer.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    for (let at = 0; at < 2 * count; at++) expect((await peer.answer()).status).toBe(200);
    expect(comet.handed).toHaveLength(2 + 2 * count);
  });

  it.each([
    ["no JSON", BODY.replace("{", "[")],
    ["no UTF-8", BODY.replace("/a", "/\u00ff")],
  ])("are left to node:http where their body is %s, and refused there", async (_, body) => {
    const { comet, peer, read } = await known();
    await peer.write(Buffer.from(post(body, { "Content-Length": `${body.length}` }), "latin1"));
    expect((await peer.answer()).status).toBe(400);
    expect(comet.handed).toHaveLength(2);
    expect(read).toHaveLength(1);
  });

  it("are handed to others who read the socket, too", async () => {
    const { peer, socket } = await known();
    let seen = "";
    socket.on("data", (chunk) => {
      seen += chunk;
    });
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(200);
    expect(seen).toBe(post(BODY));
  });

  it("are no requests in the middle of another one", async () => {
    const { comet, peer, streamed, read } = await known();
    comet.holdAll();
    await peer.write(post(BODY));
    const held = await comet.exchange(3);
    await peer.write("POST /comet HTTP/1.1\r\nX-First: ");
    await until(() => streamed.length === 1);
    await peer.write(post(BODY));
    const next = await comet.exchange(4);
    expect(next.context.header("x-first")).toBe("POST /comet HTTP/1.1");
    answer(held, [1]);
    answer(next, [2]);
    expect((await peer.answer()).body).toBe("[1]");
    expect((await peer.answer()).body).toBe("[2]");
    expect(read).toEqual([]);
  });

  it("are handled no more when too many wait, and lose nothing by it", async () => {
    const { comet, peer, streamed } = await known();
    comet.holdAll();
    for (let open = 1; open <= 65; open++) {
      await peer.write(post(BODY));
      await comet.exchange(2 + open);
    }
    expect(streamed).toEqual([]);
    await peer.write(post(BODY));
    await until(() => streamed.length > 0);
    expect(comet.handed).toHaveLength(67);
    comet.handle = (exchange) => answer(exchange, [0]);
    for (const exchange of comet.handed) answer(exchange, [0]);
    for (let at = 0; at < 66; at++) expect((await peer.answer()).body).toBe("[0]");
  });

  it("are whole, however much of their body can be read", async () => {
    const { comet, peer } = await known();
    const padded = post(`${BODY}   `);
    await peer.write(padded);
    expect((await peer.answer()).status).toBe(200);
    await peer.write(padded.slice(0, -2));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(comet.handed).toHaveLength(3);
    await peer.write("  ");
    expect((await peer.answer()).status).toBe(200);
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(200);
  });

  it("keep their connection from being idle", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const { server, peer, socket } = await known();
    server.keepAliveTimeout = 1_500;
    for (let count = 0; count < 5; count++) {
      vi.advanceTimersByTime(2_000);
      expect(socket.destroyed).toBe(false);
      await peer.write(post(BODY));
      expect((await peer.answer()).status).toBe(200);
    }
    vi.advanceTimersByTime(3_000);
    await peer.closed;
  });

  it("are left to who has taken their reader's place", async () => {
    const { comet, peer, socket } = await known();
    let seen = "";
    socket.removeAllListeners("data").on("data", (chunk) => {
      seen += chunk;
    });
    await peer.write(post(BODY));
    await until(() => seen === post(BODY));
    expect(comet.handed).toHaveLength(2);
  });

  it("come before what arrives while those before them are handled", async () => {
    const { comet, peer, socket } = await known();
    comet.handle = (exchange) => {
      if (comet.handed.length === 3) socket.emit("data", Buffer.from(post('{"channel":"/c"}')));
      answer(exchange, [comet.handed.length]);
    };
    await peer.write(post('{"channel":"/a"}') + post('{"channel":"/b"}'));
    for (const number of [3, 4, 5]) expect((await peer.answer()).body).toBe(`[${number}]`);
    expect(comet.handed.slice(2).map(({ messages }) => messages[0]?.channel)).toEqual([
      "/a",
      "/b",
      "/c",
    ]);
  });

  it("wait while somebody has paused the socket", async () => {
    const { comet, peer, socket, streamed } = await known();
    socket.pause();
    await peer.write(post(BODY));
    await until(() => streamed.length > 0);
    expect(comet.handed).toHaveLength(2);
    socket.resume();
    expect((await peer.answer()).status).toBe(200);
  });

  it("break their connection, and nothing else, where something fails", async () => {
    const { comet, peer, port } = await known();
    comet.handle = () => {
      throw new Error("Broken.");
    };
    await peer.write(post(BODY));
    await peer.closed;
    const first = await RawPeer.connect(port);
    await first.write(post(BODY));
    await first.closed;
    expect(comet.logged).toEqual([
      { level: "error", text: "A request could not be handled." },
      { level: "error", text: "A request could not be handled." },
    ]);
  });

  it("go on behind answers that their peer reads late, which are not idle meanwhile", async () => {
    const { comet, peer, server } = await known();
    const large = "x".repeat(15_000);
    comet.handle = (exchange) => answer(exchange, [comet.handed.length, large]);
    peer.socket.pause();
    for (;;) {
      const count = comet.handed.length + 1;
      await peer.write(post(BODY));
      if ((await comet.exchange(count)).wasSent === undefined) break;
    }
    server.closeIdleConnections();
    comet.handle = (exchange) => answer(exchange, [comet.handed.length]);
    await peer.write(post(BODY));
    peer.socket.resume();
    const last = comet.handed.length + 1;
    for (let at = 3; at <= last; at++) {
      expect(JSON.parse((await peer.answer()).body)[0]).toBe(at);
    }
    await until(() => comet.handed.every(({ wasSent }) => wasSent));
    server.closeIdleConnections();
    await peer.closed;
  });
});

describe("a connection that the fast lane has left", () => {
  it("is read by node:http, and is nothing to the lane any more", async () => {
    const { peer, socket, read } = await known();
    expect(readerOf(socket)).toBeDefined();
    await peer.write(GET);
    expect((await peer.answer()).status).toBe(404);
    expect(readerOf(socket)).toBeUndefined();
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(200);
    expect(read).toHaveLength(2);
  });

  it("is so with TLS, too", async () => {
    const server = createHttpsServer(CERTIFICATE) as unknown as Server;
    const { port, read } = await served({}, server);
    const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
    onTestFinished(() => void socket.destroy());
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk;
    });
    for (const [request, status] of [
      [post(BODY), "200"],
      [post(BODY), "200"],
      [GET, "404"],
      [post(BODY), "200"],
    ] as const) {
      received = "";
      socket.write(request);
      await until(() => received.startsWith(`HTTP/1.1 ${status}`));
    }
    expect(read).toHaveLength(2);
  });

  it("is read as a stream by who takes it from node:http", async () => {
    const server = createServer();
    server.on("connect", (_request, socket: Socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      socket.on("data", (chunk) =>
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n${chunk}`),
      );
    });
    const { port } = await served({}, server);
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY));
    await peer.answer();
    await peer.write("CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n");
    await peer.answer();
    for (const text of ["ping", "pong"]) {
      await peer.write(text);
      expect((await peer.answer()).body).toBe(text);
    }
  });
});
