import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { answer, FakeComet } from "./support/fake-comet.ts";
import { post, RawPeer } from "./support/raw-peer.ts";
import { serve } from "./support/serve.ts";

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const ONE = { channel: "/a", id: "1" };
const TWO = { channel: "/a", id: "2" };
const THREE = { channel: "/a", id: "3" };

function field(value: unknown): string {
  return `message=${encodeURIComponent(JSON.stringify(value))}`;
}

async function send(url: string, body: string | Uint8Array<ArrayBuffer>, headers = {}) {
  return fetch(url, { method: "POST", body, headers });
}

describe("bodies of forms", () => {
  it.each([
    ["one message", field(ONE), [ONE]],
    ["one array", field([ONE, TWO]), [ONE, TWO]],
    ["several values", `${field(ONE)}&${field(TWO)}`, [ONE, TWO]],
    ["messages and arrays", `${field(ONE)}&${field([TWO, THREE])}`, [ONE, TWO, THREE]],
    ["other fields", `x=1&${field(ONE)}&messages=2`, [ONE]],
    ["spaces as plus signs", "message=%7B+%22channel%22+:+%22/a%22+%7D", [{ channel: "/a" }]],
  ])("B8 takes a form with %s", async (_name, body, messages) => {
    const comet = new FakeComet();
    const { url } = await serve(comet);
    expect((await send(url, body, FORM)).status).toBe(200);
    expect(comet.handed[0]!.messages).toEqual(messages);
  });

  it("B8 takes a form that is sent as text/plain, as faye does across origins", async () => {
    const comet = new FakeComet();
    const { url } = await serve(comet);
    const response = await send(url, field([ONE, TWO]), {
      "Content-Type": "text/plain;charset=UTF-8",
    });
    expect(response.status).toBe(200);
    expect(comet.handed[0]!.messages).toEqual([ONE, TWO]);
  });

  it.each([
    ["no message", "x=1"],
    ["a message that is not JSON", "message=x"],
    ["an empty array", "message=[]"],
    ["half a percent sign", "message=%"],
    ["bytes that are not UTF-8", "message=%7B%22channel%22:%22%FF%22%7D"],
    ["JSON that is no form", JSON.stringify(ONE)],
    ["two halves that are an array only together", "message=[%7B%7D&message=%7B%7D]"],
  ])("B8 answers a form with %s with 400", async (_name, body) => {
    const comet = new FakeComet();
    const { url } = await serve(comet);
    expect((await send(url, body, FORM)).status).toBe(400);
    expect(comet.handed).toEqual([]);
  });

  it("S2 counts the messages of all fields together", async () => {
    const { url } = await serve(new FakeComet({ messagesPerRequest: 2 }));
    expect((await send(url, `${field(ONE)}&${field([TWO, THREE])}`, FORM)).status).toBe(413);
    expect((await send(url, `${field(ONE)}&${field(TWO)}`, FORM)).status).toBe(200);
  });
});

describe("types, charsets and encodings", () => {
  it.each([
    "application/json",
    "application/json;charset=UTF-8",
    'application/json; charset="utf-8"',
    "text/json",
    "text/plain; charset=utf8",
    "application/octet-stream",
    "nonsense",
  ])("B9 reads JSON that is sent as %s", async (type) => {
    const { url } = await serve(new FakeComet());
    expect((await send(url, JSON.stringify(ONE), { "Content-Type": type })).status).toBe(200);
  });

  it("B9 reads JSON that is sent without a type", async () => {
    const { port } = await serve(new FakeComet());
    const peer = await RawPeer.connect(port);
    await peer.write(post(JSON.stringify(ONE)));
    expect((await peer.answer()).status).toBe(200);
  });

  it.each(["iso-8859-1", '"UTF-16"', "utf-8859"])("B9 refuses the charset %s", async (charset) => {
    const { url } = await serve(new FakeComet());
    const headers = { "Content-Type": `application/json; charset=${charset}` };
    expect((await send(url, JSON.stringify(ONE), headers)).status).toBe(415);
  });

  it("B9 skips a byte order mark", async () => {
    const { url } = await serve(new FakeComet());
    expect((await send(url, `\uFEFF${JSON.stringify(ONE)}`)).status).toBe(200);
  });

  it("refuses a compressed body, however small it makes itself", async () => {
    const { url } = await serve(new FakeComet());
    const body = new Uint8Array(gzipSync(JSON.stringify(ONE)));
    expect((await send(url, body, { "Content-Encoding": "gzip" })).status).toBe(415);
    expect((await send(url, JSON.stringify(ONE), { "Content-Encoding": "identity" })).status).toBe(
      200,
    );
  });

  it("refuses bytes that are not UTF-8 and replaces none", async () => {
    const { url } = await serve(new FakeComet());
    const body = new Uint8Array(Buffer.from('{"channel":"/ü"}', "latin1"));
    expect((await send(url, body)).status).toBe(400);
  });

  it("B10 puts characters together again that were cut on the way", async () => {
    const comet = new FakeComet();
    const { port } = await serve(comet);
    const peer = await RawPeer.connect(port);
    const text = JSON.stringify({ channel: "/a", data: "ü€𝄞" });
    peer.socket.setNoDelay(true);
    for (const byte of Buffer.from(post(text))) await peer.write(Uint8Array.of(byte));
    expect((await peer.answer()).status).toBe(200);
    expect(comet.handed[0]!.messages[0]!.data).toBe("ü€𝄞");
  });
});

describe("bodies that are too large or never come", () => {
  it("S2 answers a body over the limit with 413, and one at the limit with 200", async () => {
    const body = JSON.stringify(ONE);
    const { url } = await serve(new FakeComet({ bodyBytes: body.length }));
    expect((await send(url, body)).status).toBe(200);
    expect((await send(url, `${body} `)).status).toBe(413);
  });

  it("S2 answers 413 to a Content-Length over the limit before there is a body", async () => {
    const { port } = await serve(new FakeComet());
    const peer = await RawPeer.connect(port);
    await peer.write(post("", { "Content-Length": "1000000" }));
    const { status, headers } = await peer.answer();
    expect(status).toBe(413);
    expect(headers.get("connection")).toBe("close");
  });

  it("S2 answers 413 to chunks that sum up to more than the limit, though more is to come", async () => {
    const { port } = await serve(new FakeComet({ bodyBytes: 10 }));
    const peer = await RawPeer.connect(port);
    await peer.write("POST /comet HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    await peer.write("8\r\n12345678\r\n");
    await peer.write("8\r\n12345678\r\n");
    expect((await peer.answer()).status).toBe(413);
  });

  it("S2 lets a peer that reads only when it has sent its 20 MB see the 413", async () => {
    const { port } = await serve(new FakeComet());
    const peer = await RawPeer.connect(port);
    peer.socket.pause();
    await peer.write(post("x".repeat(20_000_000)));
    peer.socket.resume();
    expect((await peer.answer()).status).toBe(413);
    await peer.closed;
  });

  it("S2 ends the connection of a peer that does not stop sending what was refused", async () => {
    const { port } = await serve(new FakeComet(), { bodyTimeout: 50 });
    const peer = await RawPeer.connect(port);
    await peer.write(post("", { "Content-Length": "1000000" }));
    expect((await peer.answer()).status).toBe(413);
    await peer.closed;
  });

  it("S4 answers a body that does not come in time with 408 and ends the connection", async () => {
    const comet = new FakeComet();
    const { port } = await serve(comet, { bodyTimeout: 50 });
    const peer = await RawPeer.connect(port);
    await peer.write(post("{", { "Content-Length": "100" }));
    const { status, headers } = await peer.answer();
    expect(status).toBe(408);
    expect(headers.get("connection")).toBe("close");
    await peer.closed;
    expect(comet.handed).toEqual([]);
  });

  it("S4 forgets a body whose peer goes away, and answers others", async () => {
    const comet = new FakeComet();
    const { port, url } = await serve(comet, { bodyTimeout: 50 });
    const peer = await RawPeer.connect(port);
    await peer.write(post("{", { "Content-Length": "100" }));
    peer.socket.resetAndDestroy();
    expect((await send(url, JSON.stringify(ONE))).status).toBe(200);
    expect(comet.handed).toHaveLength(1);
    expect(comet.logged).toEqual([]);
  });
});

describe("the way HTTP/1 connections are used", () => {
  it("answers requests that were sent ahead, in order", async () => {
    const { port } = await serve(new FakeComet());
    const peer = await RawPeer.connect(port);
    await peer.write(post(JSON.stringify(ONE)) + post(JSON.stringify(TWO)));
    expect(JSON.parse((await peer.answer()).body)).toMatchObject([{ id: "1" }]);
    expect(JSON.parse((await peer.answer()).body)).toMatchObject([{ id: "2" }]);
  });

  it("S2 has only so many requests of one connection wait, and refuses the one after them with 503", async () => {
    const comet = new FakeComet();
    comet.holdAll();
    const { port } = await serve(comet, { fastLane: false });
    const peer = await RawPeer.connect(port);
    await peer.write(post(JSON.stringify(ONE)).repeat(200));
    await comet.exchange(65);
    const other = await RawPeer.connect(port);
    await other.write(post(JSON.stringify(TWO)));
    await comet.exchange(66);
    expect(comet.handed).toHaveLength(66);
    for (const exchange of comet.handed) answer(exchange, [1]);
    expect((await other.answer()).status).toBe(200);
    for (let count = 0; count < 65; count++) expect((await peer.answer()).status).toBe(200);
    expect((await peer.answer()).status).toBe(503);
    await peer.closed;
  });

  it("counts those that wait, and not those that were answered", async () => {
    const { port } = await serve(new FakeComet());
    const peer = await RawPeer.connect(port);
    await peer.write(post(JSON.stringify(ONE)).repeat(200));
    for (let count = 0; count < 200; count++) expect((await peer.answer()).status).toBe(200);
  });

  it("lets a peer ask before it sends the body", async () => {
    const { port } = await serve(new FakeComet());
    const peer = await RawPeer.connect(port);
    const body = JSON.stringify(ONE);
    await peer.write(post("", { "Content-Length": String(body.length), Expect: "100-continue" }));
    expect((await peer.answer()).status).toBe(100);
    await peer.write(body);
    expect((await peer.answer()).status).toBe(200);
  });
});
