import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { attachComet, createCometHandler } from "@encke/adapter-node-http";
import { describe, expect, it } from "vitest";
import { answer, FakeComet } from "./support/fake-comet.ts";
import { post, RawPeer } from "./support/raw-peer.ts";
import { listen, serve } from "./support/serve.ts";

const BODY = JSON.stringify([{ channel: "/a", id: "1" }]);

type Prepare = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on which `prepare` sees each request before the Comet does. */
async function serveBehind(prepare: Prepare, comet = new FakeComet()): Promise<number> {
  const server = createServer();
  attachComet(server, comet);
  const emit = server.emit.bind(server) as (event: string, ...args: unknown[]) => boolean;
  server.emit = (event: string, ...args: unknown[]): boolean => {
    const [request, response] = args as Parameters<Prepare>;
    if (event === "request") prepare(request, response);
    return emit(event, ...args);
  };
  return listen(server);
}

async function ask(port: number, headers: Readonly<Record<string, string>> = {}) {
  const peer = await RawPeer.connect(port);
  await peer.write(post(BODY, headers));
  return { peer, answered: await peer.answer() };
}

/** Makes node put the answer together. */
function wrap(_: IncomingMessage, response: ServerResponse): void {
  const { writeHead } = response;
  response.writeHead = (...args: unknown[]) => Reflect.apply(writeHead, response, args);
}

describe("an answer of one text", () => {
  it("has the headers that node would have written, and the body", async () => {
    const ours = await ask(await serveBehind(() => undefined));
    const theirs = await ask(await serveBehind(wrap));
    const sorted = (headers: ReadonlyMap<string, string>) =>
      [...headers].filter(([name]) => name !== "date").sort();
    expect(sorted(ours.answered.headers)).toEqual(sorted(theirs.answered.headers));
    expect(ours.answered.body).toBe(theirs.answered.body);
    expect(Date.parse(ours.answered.headers.get("date") ?? "")).toBeGreaterThan(0);
  });

  it("leaves the response as any other that was sent", async () => {
    const seen: unknown[] = [];
    const port = await serveBehind((_, response) => {
      response.once("finish", () => seen.push("finish", response.headersSent));
      response.once("close", () => seen.push("close", response.writableFinished));
    });
    const { peer } = await ask(port);
    await peer.write(post(BODY));
    await peer.answer();
    expect(seen.slice(0, 4)).toEqual(["finish", true, "close", true]);
  });

  it("has what others have set on the response", async () => {
    const port = await serveBehind((_, response) => void response.setHeader("X-Trace", "7"));
    const { answered } = await ask(port);
    expect(answered.headers.get("x-trace")).toBe("7");
  });

  it.each([
    ["that has no date where none is wanted", "sendDate", "date"],
    ["that ends the connection after it", "shouldKeepAlive", "keep-alive"],
  ] as const)("is one %s", async (_name, property, header) => {
    const port = await serveBehind((_, response) => Object.assign(response, { [property]: false }));
    const { answered } = await ask(port);
    expect(answered.status).toBe(200);
    expect(answered.headers.has(header)).toBe(false);
  });

  it("closes a connection that the peer wants closed", async () => {
    const { port } = await serve(new FakeComet());
    const { peer, answered } = await ask(port, { Connection: "close" });
    expect(answered.headers.get("connection")).toBe("close");
    await peer.closed;
  });

  it("goes through the stream where the server has a time that it is to restart", async () => {
    /** With a handle it is a request of the stream. */
    const written: boolean[] = [];
    const port = await serveBehind(({ socket }) => {
      const { _handle: handle } = socket as SocketOfNode;
      socket.setTimeout(100_000);
      if (Object.hasOwn(handle, "writeLatin1String")) return;
      const { writeLatin1String } = handle;
      handle.writeLatin1String = (request, text) => {
        written.push(Object.hasOwn(request, "handle"));
        return writeLatin1String.call(handle, request, text);
      };
    });
    const { peer } = await ask(port);
    await peer.write(post(BODY));
    await peer.answer();
    expect(written).toEqual([true, true]);
  });

  it("counts the requests of a connection where there is a limit", async () => {
    const { port, server } = await serve(new FakeComet());
    server.maxRequestsPerSocket = 1;
    const { answered } = await ask(port);
    expect(answered.headers.get("connection")).toBe("close");
  });

  it("closes the connection where the Comet closes", async () => {
    const comet = new FakeComet();
    comet.isClosing = true;
    const { port } = await serve(comet);
    const { peer, answered } = await ask(port);
    expect(answered.headers.get("connection")).toBe("close");
    await peer.closed;
  });

  it("counts the bytes of a text that is not ASCII", async () => {
    const comet = new FakeComet();
    comet.handle = (exchange) => answer(exchange, [{ channel: "/a", data: "grüße 🚀" }]);
    const { port } = await serve(comet);
    const { answered } = await ask(port);
    expect(JSON.parse(answered.body)).toEqual([{ channel: "/a", data: "grüße 🚀" }]);
  });

  it("tells how long the connection may lie idle, and does not where that is without end", async () => {
    const { port, server } = await serve(new FakeComet());
    const { peer, answered } = await ask(port);
    expect(answered.headers.get("keep-alive")).toBe("timeout=5");
    server.keepAliveTimeout = 0;
    await peer.write(post(BODY));
    expect((await peer.answer()).headers.has("keep-alive")).toBe(false);
  });
});

/** The request with which node writes, which has a number when not all leaves at once. */
interface WriteRequest {
  oncomplete?: (status: number) => void;
  getAsyncId(): number;
}

/** What node writes a text with. */
interface Handle {
  writeLatin1String(request: WriteRequest, text: string): number;
}

type SocketOfNode = Socket & { readonly _handle: Handle };

/** An answer of which the network takes nothing until it is told to. */
async function answeredSlowly() {
  const comet = new FakeComet();
  let isCongested = false;
  let response: ServerResponse | undefined;
  let complete: (status: number) => void = () => undefined;
  let leave = (): unknown => undefined;
  const port = await serveBehind((_, answered) => {
    if (!isCongested) return;
    isCongested = false;
    response = answered;
    const { _handle: handle } = answered.socket as SocketOfNode;
    const { writeLatin1String } = handle;
    handle.writeLatin1String = (request, text) => {
      handle.writeLatin1String = writeLatin1String;
      const Request = request.constructor as new () => WriteRequest;
      complete = (status) => request.oncomplete?.(status);
      leave = () => writeLatin1String.call(handle, new Request(), text);
      request.getAsyncId = () => 7;
      return 0;
    };
  }, comet);
  // The first answer shows how node writes.
  const { peer } = await ask(port);
  isCongested = true;
  await peer.write(post(BODY));
  const exchange = await comet.exchange(2);
  const take = (): void => {
    leave();
    complete(0);
  };
  return { exchange, peer, response, take, fail: () => complete(-32) };
}

describe("an answer that does not leave at once", () => {
  it("is over when all of it has left", async () => {
    const { exchange, peer, response, take } = await answeredSlowly();
    expect(response).toMatchObject({ headersSent: true, writableEnded: false });
    expect(exchange.wasSent).toBe(undefined);
    take();
    expect((await peer.answer()).status).toBe(200);
    await expect.poll(() => exchange.wasSent).toBe(true);
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(200);
  });

  it("was not sent where the peer is gone before that", async () => {
    const { exchange, response, fail } = await answeredSlowly();
    fail();
    await expect.poll(() => exchange.wasSent).toBe(false);
    expect(response?.writableEnded).toBe(false);
  });

  it.each([
    ["waits behind what the stream of the socket holds back", 1, "short"],
    ["goes through the stream of the socket where it is long", 0, "x".repeat(16_384)],
  ])("%s", async (_, writableLength, data) => {
    let writes = 0;
    const comet = new FakeComet();
    comet.handle = (exchange) => answer(exchange, [{ channel: "/a", data }]);
    const port = await serveBehind((_request, { socket }) => {
      const { _handle: handle } = socket as SocketOfNode;
      Object.defineProperty(socket, "writableLength", { get: () => writableLength });
      const { writeLatin1String } = handle;
      handle.writeLatin1String = (request, text) => {
        // The stream asks to be told when it has left.
        if (request.oncomplete !== undefined && text.startsWith("HTTP")) writes++;
        return writeLatin1String.call(handle, request, text);
      };
    }, comet);
    await ask(port);
    await ask(port);
    expect(writes).toBe(2);
  });
});

describe("a body that is taken from the parser", () => {
  it("is one that has ended", async () => {
    const seen: IncomingMessage[] = [];
    const port = await serveBehind((request) => void seen.push(request));
    await ask(port);
    expect(seen[0]).toMatchObject({ complete: true, readableEnded: true, aborted: false });
  });

  it.each([
    ["end", (request: IncomingMessage, note: () => void) => void request.on("end", note)],
    ["data", (request: IncomingMessage, note: () => void) => void request.on("data", note)],
    ["close", (request: IncomingMessage, note: () => void) => void request.on("close", note)],
  ])("is also told to others who wait for %s", async (_name, listen) => {
    let notes = 0;
    const port = await serveBehind((request) => listen(request, () => notes++));
    const { answered } = await ask(port);
    expect(answered.status).toBe(200);
    expect(notes).toBe(1);
  });

  it("is read from its beginning where a part of it came before anybody looked", async () => {
    let handled = 0;
    const handle = createCometHandler(new FakeComet(), { path: "/comet" });
    const server = createServer((request, response) => {
      const look = (): void => {
        if (request.readableLength === 0) {
          setImmediate(look);
          return;
        }
        handle(request, response);
        handled++;
      };
      look();
    });
    const peer = await RawPeer.connect(await listen(server));
    const text = post(BODY);
    const half = text.length - 10;
    await peer.write(text.slice(0, half));
    await expect.poll(() => handled).toBe(1);
    await peer.write(text.slice(half));
    expect((await peer.answer()).status).toBe(200);
  });

  it("may come in pieces, with another request behind it", async () => {
    const comet = new FakeComet();
    const { port } = await serve(comet);
    const peer = await RawPeer.connect(port);
    const text = post(BODY);
    for (const character of text) await peer.write(character);
    await peer.write(text + text);
    for (let count = 0; count < 3; count++) expect((await peer.answer()).status).toBe(200);
    expect(comet.handed).toHaveLength(3);
  });
});
