import type { ClientHttp2Stream } from "node:http2";
import { attachComet, type CometHttpOptions } from "@encke/adapter-node-http";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { answer, FakeComet, type Handed } from "./support/fake-comet.ts";
import { answerTo, H2Peer } from "./support/h2-peer.ts";
import { post, RawPeer } from "./support/raw-peer.ts";
import { listen, SERVERS, serve } from "./support/serve.ts";
import { until } from "./support/until.ts";

const BODY = JSON.stringify({ channel: "/a" });
/** More than all buffers between the two ends can take. */
const LARGE = "x".repeat(30_000_000);

async function heldComet(
  options: CometHttpOptions = {},
): Promise<{ comet: FakeComet; port: number }> {
  const comet = new FakeComet();
  comet.holdAll();
  const { port } = await serve(comet, options);
  return { comet, port };
}

/** A peer whose request is held, with the two ends of it. */
async function heldRequest(
  options: CometHttpOptions = {},
): Promise<{ peer: RawPeer; exchange: Handed; comet: FakeComet; port: number }> {
  const { comet, port } = await heldComet(options);
  const peer = await RawPeer.connect(port);
  await peer.write(post(BODY));
  return { peer, exchange: await comet.exchange(), comet, port };
}

async function heldHttp2Comet(
  options: CometHttpOptions = {},
): Promise<{ comet: FakeComet; peer: H2Peer }> {
  const comet = new FakeComet();
  comet.holdAll();
  const server = SERVERS["HTTP/2"]();
  attachComet(server, comet, options);
  return { comet, peer: new H2Peer(await listen(server)) };
}

describe("a peer that goes away, over HTTP/1", () => {
  it("H1 is noticed while its answer is held", async () => {
    const { peer, exchange } = await heldRequest();
    peer.socket.destroy();
    await until(() => exchange.isAbandoned);
    expect(exchange.result.isOpen).toBe(false);
    expect(answer(exchange, [])).toBe(false);
  });

  it("H1 is noticed for every request that it sent ahead, without a word from node", async () => {
    const { comet, port } = await heldComet();
    const warn = vi.fn();
    process.on("warning", warn);
    onTestFinished(() => {
      process.off("warning", warn);
    });
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY).repeat(20));
    await comet.exchange(20);
    peer.socket.destroy();
    await until(() => comet.handed.every(({ isAbandoned }) => isAbandoned));
    expect(warn).not.toHaveBeenCalled();
  });

  it("H1 is noticed while nobody has said yet that its answer is held", async () => {
    const comet = new FakeComet();
    comet.handle = () => undefined;
    const { port } = await serve(comet);
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY));
    const exchange = await comet.exchange();
    expect(exchange.result.isOpen).toBe(true);
    peer.socket.destroy();
    await until(() => !exchange.result.isOpen);
    expect(answer(exchange, [])).toBe(false);
  });

  it("H2 is not mistaken for one whose body has ended", async () => {
    const { peer, exchange: held, comet, port } = await heldRequest();
    // A second round trip on another connection: by then, all that the end of the body causes has happened.
    const other = await RawPeer.connect(port);
    await other.write(post(BODY));
    const second = await comet.exchange(2);
    expect(answer(second, [1])).toBe(true);
    await other.answer();
    expect(held.isAbandoned).toBe(false);
    expect(answer(held, [2])).toBe(true);
    expect((await peer.answer()).body).toBe("[2]");
    expect(held.isAbandoned).toBe(false);
  });

  it("H11 is told from one that has read its answer", async () => {
    const { peer, exchange } = await heldRequest();
    answer(exchange, ["x"]);
    await peer.answer();
    await until(() => exchange.wasSent !== undefined);
    expect(exchange.wasSent).toBe(true);
  });

  it.each(["destroy", "resetAndDestroy"] as const)(
    "H11 and leaves its answer unread (%s) has not been sent it",
    async (leave) => {
      const { peer, exchange } = await heldRequest();
      peer.socket.pause();
      answer(exchange, [LARGE]);
      expect(exchange.wasSent).toBeUndefined();
      peer.socket[leave]();
      await until(() => exchange.wasSent !== undefined);
      expect(exchange.wasSent).toBe(false);
    },
  );

  it("H11 has not been sent an answer that waited behind a held one", async () => {
    const { comet, port } = await heldComet();
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY).repeat(2));
    const second = await comet.exchange(2);
    answer(second, ["x"]);
    expect(second.wasSent).toBeUndefined();
    peer.socket.destroy();
    await until(() => second.wasSent !== undefined);
    expect(second.wasSent).toBe(false);
  });

  it("H11 an answer that waited behind a held one is sent after it", async () => {
    const { comet, port } = await heldComet();
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY).repeat(2));
    const second = await comet.exchange(2);
    answer(second, [2]);
    answer(await comet.exchange(1), [1]);
    expect((await peer.answer()).body).toBe("[1]");
    expect((await peer.answer()).body).toBe("[2]");
    await until(() => second.wasSent === true);
  });

  it("S3 is given up when it does not read its answer in time", async () => {
    const { peer, exchange } = await heldRequest({ writeTimeout: 50 });
    peer.socket.pause();
    answer(exchange, [LARGE]);
    await until(() => exchange.wasSent === false);
    peer.socket.resume();
    await peer.closed;
  });

  it("S3 is not given up for what waits behind a held answer", async () => {
    const { comet, port } = await heldComet({ writeTimeout: 30 });
    const peer = await RawPeer.connect(port);
    await peer.write(post(BODY).repeat(2));
    answer(await comet.exchange(2), [2]);
    // Another exchange whose answer does run out of time shows that the time is over.
    const slow = await RawPeer.connect(port);
    slow.socket.pause();
    await slow.write(post(BODY));
    const late = await comet.exchange(3);
    answer(late, [LARGE]);
    await until(() => late.wasSent === false);
    answer(await comet.exchange(1), [1]);
    expect((await peer.answer()).body).toBe("[1]");
    expect((await peer.answer()).body).toBe("[2]");
  });

  it("is not told again when an exchange is broken off", async () => {
    const { peer, exchange } = await heldRequest();
    exchange.result.abort();
    await peer.closed;
    expect(exchange.isAbandoned).toBe(false);
  });

  it("keeps what has not left when an exchange is broken off after its answer", async () => {
    const { peer, exchange } = await heldRequest();
    peer.socket.pause();
    answer(exchange, [LARGE]);
    exchange.result.abort();
    await until(() => exchange.wasSent === false);
  });
});

describe("a peer that goes away, over HTTP/2", () => {
  it.each([
    ["closes the stream", (_peer: H2Peer, stream: ClientHttp2Stream) => stream.close(8)],
    ["ends the connection", (peer: H2Peer) => peer.session.destroy()],
  ])("H1 is noticed while its answer is held: it %s", async (_name, leave) => {
    const { comet, peer } = await heldHttp2Comet();
    const stream = peer.post(BODY);
    const exchange = await comet.exchange();
    expect(exchange.isAbandoned).toBe(false);
    leave(peer, stream);
    await until(() => exchange.isAbandoned);
    expect(answer(exchange, [])).toBe(false);
  });

  it("H1 leaves the other exchanges of the connection alone", async () => {
    const { comet, peer } = await heldHttp2Comet();
    const one = peer.post(BODY);
    const two = peer.post(BODY);
    const second = await comet.exchange(2);
    one.close(8);
    await until(() => comet.handed[0]!.isAbandoned);
    expect(second.isAbandoned).toBe(false);
    answer(second, [2]);
    expect((await answerTo(two)).body).toBe("[2]");
    await until(() => second.wasSent === true);
  });

  it.each([
    ["closes the stream", (_peer: H2Peer, stream: ClientHttp2Stream) => stream.close(8)],
    ["ends the connection", (peer: H2Peer) => peer.session.destroy()],
  ])("H11 has not been sent an answer that it leaves unread: it %s", async (_name, leave) => {
    const { comet, peer } = await heldHttp2Comet();
    const stream = peer.post(BODY);
    stream.pause();
    const exchange = await comet.exchange();
    answer(exchange, [LARGE]);
    leave(peer, stream);
    await until(() => exchange.wasSent !== undefined);
    expect(exchange.wasSent).toBe(false);
  });

  it("S3 is given up when it does not read its answer in time", async () => {
    const { comet, peer } = await heldHttp2Comet({ writeTimeout: 50 });
    const stream = peer.post(BODY);
    stream.pause();
    const exchange = await comet.exchange();
    answer(exchange, [LARGE]);
    await until(() => exchange.wasSent === false);
    expect(answer(exchange, [])).toBe(false);
  });
});
