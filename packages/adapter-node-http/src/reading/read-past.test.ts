import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { PassThrough } from "node:stream";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { socketPair } from "../testing/socket-pair.ts";
import {
  isStreamIdle,
  type OnRead,
  passOn,
  READER,
  readNoMorePast,
  readPast,
  received,
} from "./read-past.ts";

async function pair(): Promise<{ socket: Socket; peer: Socket; streamed: string[] }> {
  const { socket, peer } = await socketPair();
  const streamed: string[] = [];
  socket.on("data", (chunk) => streamed.push(chunk.toString()));
  return { socket, peer, streamed };
}

/** Notes what it reads, and passes on what ends in a question mark. */
const note: OnRead<string[]> = function (length) {
  const text = received.toString("latin1", 0, length);
  this[READER].push(text);
  return !text.endsWith("?") || passOn(this, 1, length);
};

describe("reading past the stream of a socket", () => {
  it("gets all that comes, and hands the stream what it passes on", async () => {
    const { socket, peer, streamed } = await pair();
    const seen: string[] = [];
    readPast(socket, seen, note);
    peer.write("one");
    await vi.waitFor(() => expect(seen).toEqual(["one"]));
    peer.write("two?");
    await vi.waitFor(() => expect(seen).toEqual(["one", "two?"]));
    expect(streamed).toEqual(["wo?"]);
    expect(socket.bytesRead).toBe(7);
  });

  it("hands the stream bytes of its own", async () => {
    const { socket, peer } = await pair();
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    readPast(socket, [], note);
    peer.write("one?");
    await vi.waitFor(() => expect(chunks).toHaveLength(1));
    received.fill("-", 0, 4);
    expect(String(chunks[0])).toBe("ne?");
  });

  it("is for one at a time: who comes later takes the place of who was there", async () => {
    const { socket, peer } = await pair();
    const first: string[] = [];
    const second: string[] = [];
    readPast(socket, first, note);
    readPast(socket, second, note);
    peer.write("one");
    await vi.waitFor(() => expect(second).toEqual(["one"]));
    expect(first).toEqual([]);
  });

  it("ends where it is ended, and keeps nothing of who did it", async () => {
    const { socket, peer, streamed } = await pair();
    const seen: string[] = [];
    readPast(socket, seen, note);
    readNoMorePast(socket);
    peer.write("one");
    await vi.waitFor(() => expect(streamed).toEqual(["one"]));
    expect(seen).toEqual([]);
    expect(Reflect.get(socket, READER)).toBeUndefined();
  });

  it("is not tried on another stream, nor where the handle cannot, nor where somebody else does", async () => {
    const { socket, peer, streamed } = await pair();
    const seen: string[] = [];
    expect(() => readPast(new PassThrough(), seen, note)).not.toThrow();
    const handle = Reflect.get(socket, "_handle");
    Object.defineProperty(handle, "useUserBuffer", { value: undefined, configurable: true });
    readPast(socket, seen, note);
    Reflect.deleteProperty(handle, "useUserBuffer");
    readNoMorePast(socket);
    expect(READER in socket).toBe(false);
    const own: string[] = [];
    const buffer = Buffer.alloc(100);
    const client = connect({
      port: socket.localPort as number,
      host: "127.0.0.1",
      onread: { buffer, callback: (length) => own.push(buffer.toString("latin1", 0, length)) > 0 },
    });
    onTestFinished(() => void client.destroy());
    await once(client, "connect");
    readPast(client, seen, note);
    expect(READER in client).toBe(false);
    peer.write("one");
    await vi.waitFor(() => expect(streamed).toEqual(["one"]));
    expect(seen).toEqual([]);
  });

  it("hears of a peer that goes while the socket is paused", async () => {
    const { socket, peer } = await pair();
    socket.on("error", () => undefined);
    readPast(socket, [], note);
    socket.pause();
    peer.resetAndDestroy();
    await new Promise((resolve) => socket.once("close", resolve));
  });

  it("leaves to others how they pause the socket", async () => {
    const { socket } = await pair();
    const pause = vi.fn(() => socket);
    socket.pause = pause;
    readPast(socket, [], note);
    expect(socket.pause).toBe(pause);
  });

  it("knows whether something is on its way through the stream", async () => {
    const { socket } = await pair();
    expect(isStreamIdle(socket)).toBe(true);
    const other = () => undefined;
    socket.on("data", other);
    expect(isStreamIdle(socket)).toBe(false);
    socket.off("data", other);
    socket.pause();
    expect(isStreamIdle(socket)).toBe(false);
    socket.push("x");
    Reflect.set(socket, "readableFlowing", true);
    expect(isStreamIdle(socket)).toBe(false);
  });
});
