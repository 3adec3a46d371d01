import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { until } from "../http/support/until.ts";
import { BrowserSocket } from "./support/browser-socket.ts";
import { quietComet, type ServedSockets, serveSockets } from "./support/serve-sockets.ts";

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe("a hostile peer", () => {
  it.each<[string, readonly number[]]>([
    ["a frame without a mask", [0x81, 0x02, 0x5b, 0x5d]],
    ["reserved bits", [0xf1, 0x80, 0, 0, 0, 0]],
    ["an unknown opcode", [0x83, 0x80, 0, 0, 0, 0]],
    ["a continuation of nothing", [0x80, 0x80, 0, 0, 0, 0]],
    ["a long control frame", [0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0]],
    ["a length beyond all numbers", [0x81, 0xff, 255, 255, 255, 255, 255, 255, 255, 255]],
    ["a close code that does not exist", [0x88, 0x82, 0, 0, 0, 0, 0x00, 0x07]],
    ["text that is no UTF-8", [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]],
  ])("is closed on %s, and nobody else notices", async (_what, bytes) => {
    const { served, healthy } = await withHealthyPeer();
    const raw = await rawSocket(served);
    raw.write(Buffer.from(bytes));
    await until(() => raw.destroyed);
    expect((await healthy.connect()).successful).toBe(true);
  });

  it.each(SEEDS)("S1: is survived whatever bytes it sends, seed %i", async (seed) => {
    const { served, healthy } = await withHealthyPeer();
    const raw = await rawSocket(served);
    const random = randomBytesOf(seed);
    // Most of it behind a header that is right, so that it gets further than the parser.
    for (let count = 0; count < 50; count++) raw.write(random(count % 2 === 0));
    raw.end();
    await until(() => raw.destroyed);
    expect((await healthy.connect()).successful).toBe(true);
  });

  it.each<[string, readonly number[]]>([
    ["messages", [0x81, 0x82, 0, 0, 0, 0, 0x5b, 0x5d]],
    ["pongs", [0x8a, 0x80, 0, 0, 0, 0]],
  ])(
    "that floods the server with tiny %s is not read from until others had their turn",
    async (_what, bytes) => {
      const { served, healthy } = await withHealthyPeer();
      const raw = await rawSocket(served);
      let pauses = 0;
      served.ends.at(-1)?.on("pause", () => pauses++);
      raw.write(Buffer.concat(Array.from({ length: 1_000 }, () => Buffer.from(bytes))));
      await until(() => pauses > 0);
      expect((await healthy.connect()).successful).toBe(true);
      expect(raw.destroyed).toBe(false);
    },
  );

  it("is broken off when it pings on and reads no answer", async () => {
    const { served, healthy } = await withHealthyPeer();
    const raw = await rawSocket(served);
    raw.pause();
    const pings = Buffer.concat(Array.from({ length: 50_000 }, () => LONG_PING));
    raw.write(pings);
    await until(() => served.ends.at(-1)?.destroyed === true);
    expect((await healthy.connect()).successful).toBe(true);
  });

  it("may reset its connection in the middle of everything", async () => {
    const { served, healthy } = await withHealthyPeer();
    const raw = await rawSocket(served);
    raw.write(Buffer.from([0x81, 0xfe, 0x40, 0x00, 0, 0, 0, 0, 0x5b]));
    raw.resetAndDestroy();
    await until(() => served.ends.at(-1)?.destroyed === true);
    expect((await healthy.connect()).successful).toBe(true);
  });

  it("may go away before its upgrade is answered", async () => {
    const { served, healthy } = await withHealthyPeer();
    const raw = connect(portOf(served), "127.0.0.1");
    raw.on("error", () => undefined);
    raw.write(UPGRADE);
    raw.resetAndDestroy();
    expect((await healthy.connect()).successful).toBe(true);
  });

  it.each([
    ["POST /comet HTTP/1.1", 405],
    ["GET /comet HTTP/1.1\r\nSec-WebSocket-Version: 99", 400],
    ["GET //comet HTTP/1.1", 426],
    ["GET http://[::1]x/comet HTTP/1.1", 426],
    ["GET /%ff%00/comet HTTP/1.1", 426],
  ])("that asks by %j for an upgrade is answered %i", async (line, status) => {
    const { served, healthy } = await withHealthyPeer();
    const raw = connect(portOf(served), "127.0.0.1");
    onTestFinished(() => void raw.destroy());
    let answer = "";
    raw.on("data", (chunk) => {
      answer += String(chunk);
    });
    raw.write(`${line}\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    await until(() => raw.destroyed);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect((await healthy.connect()).successful).toBe(true);
  });
});

const LONG_PING = Buffer.concat([Buffer.from([0x89, 0xfd, 0, 0, 0, 0]), Buffer.alloc(125)]);
const UPGRADE = [
  "GET /comet HTTP/1.1",
  "Host: 127.0.0.1",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  "\r\n",
].join("\r\n");

async function withHealthyPeer(): Promise<{ served: ServedSockets; healthy: BrowserSocket }> {
  const served = await serveSockets(quietComet({ timeout: 1 }));
  return { served, healthy: await BrowserSocket.connected(served.url) };
}

/** A socket that has been upgraded, for the test to write to what it likes. */
async function rawSocket(served: ServedSockets): Promise<Socket> {
  const socket = connect(portOf(served), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  socket.write(UPGRADE);
  await new Promise((resolve) => socket.once("data", resolve));
  socket.resume();
  return socket;
}

function portOf({ url }: ServedSockets): number {
  return Number(new URL(url).port);
}

/** Bytes by a generator that always makes the same of a seed: a whole text frame with them in it, or just them. */
function randomBytesOf(seed: number): (isFrame: boolean) => Buffer {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  return (isFrame) => {
    const bytes = Buffer.from(Array.from({ length: next() % 120 }, next));
    return isFrame
      ? Buffer.concat([Buffer.from([0x81, 0x80 | bytes.length, 0, 0, 0, 0]), bytes])
      : bytes;
  };
}
