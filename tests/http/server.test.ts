import { createServer } from "node:http";
import { attachComet, createCometHandler } from "@encke/adapter-node-http";
import { describe, expect, it } from "vitest";
import { answer, FakeComet, hold } from "./support/fake-comet.ts";
import { post, RawPeer } from "./support/raw-peer.ts";
import { listen, serve } from "./support/serve.ts";

const BODY = JSON.stringify({ channel: "/a" });

async function statusOf(url: string, init: RequestInit = {}): Promise<number> {
  const response = await fetch(url, init);
  await response.arrayBuffer();
  return response.status;
}

describe("beside others on a server", () => {
  it("leaves requests to a listener that was there before", async () => {
    const { port, url } = await serve(new FakeComet(), {}, (_request, response) => {
      response.writeHead(201).end("mine");
    });
    expect(await statusOf(`http://127.0.0.1:${port}/other`)).toBe(201);
    expect(await statusOf(url, { method: "POST", body: BODY })).toBe(200);
  });

  it("leaves requests to a listener that comes later, and takes its own", async () => {
    const { port, url, server } = await serve(new FakeComet());
    const seen: (string | undefined)[] = [];
    server.on("request", (request, response) => {
      seen.push(request.url);
      response.writeHead(201).end();
    });
    expect(await statusOf(`http://127.0.0.1:${port}/comets`)).toBe(201);
    expect(await statusOf(url, { method: "POST", body: BODY })).toBe(200);
    expect(seen).toEqual(["/comets"]);
  });

  it("answers 404 when nobody else listens", async () => {
    const { port } = await serve(new FakeComet());
    expect(await statusOf(`http://127.0.0.1:${port}/other`)).toBe(404);
  });

  it("takes requests that ask before they send from a server that has a listener for that", async () => {
    const { port, server } = await serve(new FakeComet());
    server.on("checkContinue", (_request, response) => response.writeHead(417).end());
    const peer = await RawPeer.connect(port);
    await peer.write(post("", { "Content-Length": String(BODY.length), Expect: "100-continue" }));
    expect((await peer.answer()).status).toBe(100);
    await peer.write(BODY);
    expect((await peer.answer()).status).toBe(200);
  });

  it("serves two Comets on two paths, and one when the other has gone", async () => {
    const server = createServer();
    const comets = [new FakeComet(), new FakeComet()];
    const [one] = comets.map((comet, at) => attachComet(server, comet, { path: `/comet${at}` }));
    const url = `http://127.0.0.1:${await listen(server)}`;
    expect(await statusOf(`${url}/comet0`, { method: "POST", body: BODY })).toBe(200);
    expect(await statusOf(`${url}/comet1`, { method: "POST", body: BODY })).toBe(200);
    one!.detach();
    expect(await statusOf(`${url}/comet0`, { method: "POST", body: BODY })).toBe(404);
    expect(await statusOf(`${url}/comet1`, { method: "POST", body: BODY })).toBe(200);
    expect(comets.map(({ handed }) => handed.length)).toEqual([1, 2]);
  });

  it.each([
    [0, 1],
    [1, 0],
  ])("U8 leaves the server as it was when all are detached, %i before %i", (...order) => {
    const server = createServer();
    const comet = new FakeComet();
    const attachments = ["/a", "/b"].map((path) => attachComet(server, comet, { path }));
    for (const at of order) attachments[at]!.detach();
    attachments[0]!.detach();
    expect(Object.hasOwn(server, "emit")).toBe(false);
    expect(server.listenerCount("request")).toBe(0);
    expect(server.listenerCount("upgrade")).toBe(0);
    expect(comet.announced).toEqual([]);
  });

  it("answers what is held when it is detached", async () => {
    const comet = new FakeComet();
    comet.handle = hold;
    const server = createServer();
    const attachment = attachComet(server, comet);
    const url = `http://127.0.0.1:${await listen(server)}/comet`;
    const response = fetch(url, { method: "POST", body: BODY });
    const exchange = await comet.exchange();
    attachment.detach();
    answer(exchange, [1]);
    expect(await (await response).json()).toEqual([1]);
  });
});

describe("odd requests", () => {
  it.each([
    "//",
    "///comet",
    "http://x/comet",
    "*",
    "/%",
    "/%ff%fe",
    "/comet%00",
    "/\\comet",
    "/comet;a",
  ])("answers %s with 404 and stays alive", async (target) => {
    const { port, url } = await serve(new FakeComet());
    const peer = await RawPeer.connect(port);
    await peer.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect((await peer.answer()).status).toBe(404);
    expect(await statusOf(url, { method: "POST", body: BODY })).toBe(200);
  });

  it.each(["?%", "/%", "?jsonp=%&message=%", "/..//%2e"])(
    "answers the path with %s behind it with what the method deserves",
    async (suffix) => {
      const { port } = await serve(new FakeComet());
      const peer = await RawPeer.connect(port);
      await peer.write(`GET /comet${suffix} HTTP/1.1\r\nHost: a\r\n\r\n`);
      expect((await peer.answer()).status).toBe(405);
    },
  );

  it("answers a request without a host", async () => {
    const { port } = await serve(new FakeComet());
    const peer = await RawPeer.connect(port);
    const headers = `Origin: http://a\r\nContent-Length: ${BODY.length}\r\n`;
    await peer.write(`POST /comet HTTP/1.0\r\n${headers}\r\n${BODY}`);
    expect((await peer.answer()).status).toBe(403);
  });

  it("answers 500 without a word about it when a function of the user throws, and logs", async () => {
    const comet = new FakeComet();
    const { url } = await serve(comet, {
      origins: () => {
        throw new Error("secret");
      },
    });
    const response = await fetch(url, {
      method: "POST",
      body: BODY,
      headers: { Origin: "http://a" },
    });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret");
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(comet.logged).toMatchObject([{ level: "error" }]);
  });
});

describe("createCometHandler", () => {
  it("hands on what is not its own", async () => {
    const handler = createCometHandler(new FakeComet(), { path: "/a/" });
    const server = createServer((request, response) => {
      handler(request, response, () => response.writeHead(201).end());
    });
    const url = `http://127.0.0.1:${await listen(server)}`;
    expect(await statusOf(`${url}/comet`)).toBe(201);
    expect(await statusOf(`${url}/a`, { method: "POST", body: BODY })).toBe(200);
    expect(await statusOf(`${url}/a/`, { method: "POST", body: BODY })).toBe(200);
  });

  it("answers 404 where there is nobody to hand on to", async () => {
    const server = createServer(createCometHandler(new FakeComet()));
    expect(await statusOf(`http://127.0.0.1:${await listen(server)}/`)).toBe(404);
  });

  it("hands on everything when it is detached", async () => {
    const comet = new FakeComet();
    const handler = createCometHandler(comet);
    const server = createServer(handler);
    const url = `http://127.0.0.1:${await listen(server)}/comet`;
    expect(await statusOf(url, { method: "POST", body: BODY })).toBe(200);
    handler.detach();
    expect(await statusOf(url, { method: "POST", body: BODY })).toBe(404);
    expect(comet.announced).toEqual([]);
  });

  it("serves everything below the root", async () => {
    const server = createServer(createCometHandler(new FakeComet(), { path: "/" }));
    const url = `http://127.0.0.1:${await listen(server)}`;
    expect(await statusOf(url, { method: "POST", body: BODY })).toBe(200);
    expect(await statusOf(`${url}/x?y`, { method: "POST", body: BODY })).toBe(200);
  });
});

describe("a held answer", () => {
  it("H3 outlives server.timeout", async () => {
    const comet = new FakeComet();
    comet.handle = hold;
    const { url, port, server } = await serve(comet);
    server.timeout = 60;
    const response = fetch(url, { method: "POST", body: BODY });
    const exchange = await comet.exchange();
    // An idle connection of the same server shows when the time is over.
    await (await RawPeer.connect(port)).closed;
    await (await RawPeer.connect(port)).closed;
    expect(exchange.isAbandoned).toBe(false);
    answer(exchange, [1]);
    expect(await (await response).json()).toEqual([1]);
  });
});

describe("a Comet that closes", () => {
  it("B70 ends HTTP/1 connections with the answer", async () => {
    const comet = new FakeComet();
    comet.handle = hold;
    const { port } = await serve(comet);
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY));
    const exchange = await comet.exchange();
    comet.isClosing = true;
    answer(exchange, [{ advice: { reconnect: "retry" } }]);
    const { status, headers } = await peer.answer();
    expect(status).toBe(200);
    expect(headers.get("connection")).toBe("close");
    await peer.closed;
  });

  it("keeps connections as long as it does not", async () => {
    const { port } = await serve(new FakeComet());
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY));
    expect((await peer.answer()).headers.get("connection")).not.toBe("close");
    await peer.write(post(BODY));
    expect((await peer.answer()).status).toBe(200);
  });
});
