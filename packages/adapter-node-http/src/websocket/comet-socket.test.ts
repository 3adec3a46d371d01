import { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import type { RequestContext } from "@encke/core";
import { describe, expect, it, vi } from "vitest";
import type { WebSocket } from "ws";
import type { ServedComet } from "../served-comet.ts";
import { CometSocket } from "./comet-socket.ts";
import { PendingSockets } from "./pending-sockets.ts";

class FakeWebSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = this.OPEN;
  readonly close = vi.fn();
  readonly terminate = vi.fn();
  readonly ping = vi.fn();
  readonly pause = vi.fn();
  readonly resume = vi.fn();
}

/** Takes all that it is sent, until it is told to hold some of it. */
class FakeRaw extends EventEmitter {
  writableLength = 0;

  holds(bytes: number): void {
    this.writableLength = bytes;
    if (bytes === 0) this.emit("drain");
  }

  write(): boolean {
    return this.writableLength === 0;
  }
}

function open() {
  const webSocket = new FakeWebSocket();
  const raw = new FakeRaw();
  const log = vi.fn();
  const handleMessages = vi.fn();
  const limits = { bodyBytes: 1_000 };
  const comet = { log, limits, bus: { handleMessages }, client: () => undefined };
  const onGone = vi.fn();
  const pending = new PendingSockets(1, 1_000);
  const socket = new CometSocket({
    ...{ raw: raw as unknown as Duplex, webSocket: webSocket as unknown as WebSocket },
    ...{ comet: comet as unknown as ServedComet, context: {} as RequestContext },
    ...{ pending, onGone, limits: { highWaterMark: 10, maxBufferedBytes: 1_000 } },
  });
  return { webSocket, raw, log, handleMessages, onGone, pending, socket };
}

describe("who waits for the end of a socket", () => {
  it("is told of it once, however many they are, and the endpoint as well", () => {
    const { socket, webSocket, onGone, pending } = open();
    const listeners = [vi.fn(), vi.fn(), vi.fn()];
    for (const listener of listeners) socket.onClose(listener);
    expect(pending.isFull).toBe(true);
    webSocket.emit("close");
    for (const listener of listeners) expect(listener).toHaveBeenCalledTimes(1);
    expect(onGone.mock.calls).toEqual([[socket]]);
    expect(pending.isFull).toBe(false);
  });

  it.each([0, 1, 2])("is not told where it no longer wants to know: number %i", (leaver) => {
    const { socket, webSocket } = open();
    const listeners = [vi.fn(), vi.fn(), vi.fn()];
    const cancels = listeners.map((listener) => socket.onClose(listener));
    cancels[leaver]?.();
    cancels[leaver]?.();
    const late = vi.fn();
    socket.onClose(late);
    webSocket.emit("close");
    const calls = [...listeners, late].map(({ mock }) => mock.calls.length);
    expect(calls).toEqual([0, 1, 2, 3].map((at) => (at === leaver ? 0 : 1)));
  });
});

describe("a socket that is alive", () => {
  it.each([
    ["a pong", (webSocket: FakeWebSocket) => webSocket.emit("pong")],
    [
      "what is not text",
      (webSocket: FakeWebSocket) => webSocket.emit("message", Buffer.alloc(1), true),
    ],
    ["text", (webSocket: FakeWebSocket) => webSocket.emit("message", Buffer.from("[]"), false)],
  ])("has shown it by %s since the last beat", (_, show) => {
    const { socket, webSocket } = open();
    socket.beat();
    show(webSocket);
    socket.beat();
    expect(webSocket.terminate).not.toHaveBeenCalled();
    socket.beat();
    expect(webSocket.terminate).toHaveBeenCalledTimes(1);
  });

  it("has shown it by taking what it had left unread, and is read again", () => {
    const { socket, webSocket, raw } = open();
    raw.holds(20);
    expect(socket.outlet.send(Buffer.alloc(1))).toBe(false);
    expect(webSocket.pause).toHaveBeenCalledTimes(1);
    socket.outlet.hasMoved();
    socket.beat();
    raw.holds(0);
    expect(webSocket.resume).toHaveBeenCalledTimes(1);
    socket.beat();
    expect(webSocket.terminate).not.toHaveBeenCalled();
  });
});

describe("what comes on a socket", () => {
  it("is an exchange where it is text", () => {
    const { webSocket, handleMessages } = open();
    webSocket.emit("message", Buffer.from('[{"channel":"/a"}]'), false);
    expect(handleMessages.mock.calls[0]?.[0]).toEqual([{ channel: "/a" }]);
  });

  it("closes it where it is not", () => {
    const { webSocket } = open();
    webSocket.emit("message", Buffer.alloc(1), true);
    expect(webSocket.close.mock.calls).toEqual([[1003, "text only"]]);
  });

  it("is noted where it is a mistake", () => {
    const { webSocket, log } = open();
    const cause = new Error("invalid frame");
    webSocket.emit("error", cause);
    expect(log.mock.calls).toEqual([["debug", "A WebSocket failed.", { cause }]]);
  });
});
