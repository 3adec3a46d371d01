import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { FrameReader } from "./frames.ts";
import { openWebSocket } from "./websocket-link.ts";

interface Seen {
  readonly texts: string[];
  readonly pongs: Buffer[];
  readonly unexpected: number[];
}

function reading(): { reader: FrameReader; seen: Seen } {
  const seen: Seen = { texts: [], pongs: [], unexpected: [] };
  const reader = new FrameReader({
    onText: (payload) => seen.texts.push(payload.toString()),
    onPing: (pong) => seen.pongs.push(pong),
    onUnexpected: (opcode) => seen.unexpected.push(opcode),
  });
  return { reader, seen };
}

function serverFrame(first: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload]);
  const header = Buffer.alloc(length < 0x1_0000 ? 4 : 10);
  header[0] = first;
  header[1] = length < 0x1_0000 ? 126 : 127;
  if (length < 0x1_0000) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

describe("a frame reader", () => {
  it.each([
    [1, [0, 125, 126]],
    [1_000, [65_535, 65_536, 1]],
    [1_000_000, [1, 125, 126, 65_535, 65_536]],
  ])("reads texts of every length, in pieces of %i bytes", (size, lengths) => {
    const texts = lengths.map((length) => "x".repeat(length));
    const stream = Buffer.concat(texts.map((text) => serverFrame(0x81, Buffer.from(text))));
    const { reader, seen } = reading();
    for (let at = 0; at < stream.length; at += size) reader.push(stream.subarray(at, at + size));
    expect(seen.texts).toEqual(texts);
  });

  it("answers a ping and reports what no server sends here", () => {
    const { reader, seen } = reading();
    reader.push(serverFrame(0x89, Buffer.from("are you there?")));
    reader.push(serverFrame(0x88, Buffer.alloc(0)));
    expect(seen.pongs).toHaveLength(1);
    expect(seen.pongs[0]?.[0]).toBe(0x8a);
    expect(seen.unexpected).toEqual([0x8]);
  });
});

describe("a WebSocket link", () => {
  it.each([1, 125, 126, 60_000])("sends texts of %i bytes and gets them back", async (length) => {
    const text = "x".repeat(length);
    const server = await echoing();
    const { port } = server.address() as AddressInfo;
    const { promise: echoed, resolve, reject } = deferred<string>();
    const link = await openWebSocket({ port, fail: reject }, "/");
    link.onBody = (body) => resolve(body.toString());
    link.send([link.encode(text)]);
    expect(await echoed).toBe(text);
    link.close();
    server.close();
  });
});

async function echoing(): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => socket.on("message", (data) => socket.send(String(data))));
  await once(server, "listening");
  return server;
}

function deferred<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (cause: Error) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (cause: Error) => void = () => undefined;
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
