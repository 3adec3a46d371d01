import { PassThrough } from "node:stream";
import { Batch } from "@encke/core";
import { describe, expect, it, vi } from "vitest";
import { Outlet } from "../sending/outlet.ts";
import { frameEncoder } from "./frame.ts";
import { FrameExchange } from "./frame-exchange.ts";

const batch = new Batch([{ json: '{"channel":"/a"}' }]);
const frame = batch.as(frameEncoder).bytes;

function onOpenSocket() {
  const raw = new PassThrough();
  const outlet = new Outlet(
    raw,
    { highWaterMark: 1_000, maxBufferedBytes: 1_000 },
    { onOutletChange() {} },
  );
  const socket = { isOpen: true, outlet, onClose: () => () => undefined };
  const sent = (): Buffer => (raw.read() as Buffer | null) ?? Buffer.alloc(0);
  return { socket, sent, exchange: new FrameExchange(socket) };
}

describe("an exchange on a socket", () => {
  it("sends as often as it is told to, and once more at its end", () => {
    const { exchange, sent } = onOpenSocket();
    expect(exchange.write(batch)).toBe(true);
    exchange.end(batch);
    expect(sent()).toEqual(Buffer.concat([frame, frame]));
  });

  it("lets the socket choose how it is written, whether it is the last or not", () => {
    const { exchange, socket } = onOpenSocket();
    const sendShared = vi.spyOn(socket.outlet, "sendShared");
    exchange.write(batch);
    exchange.end(batch);
    expect(sendShared.mock.calls).toEqual([[batch.as(frameEncoder)], [batch.as(frameEncoder)]]);
  });

  it("is over after its end, though the socket is open, and sends nothing more", () => {
    const { exchange, sent } = onOpenSocket();
    exchange.end(batch);
    sent();
    expect(exchange.isOpen).toBe(false);
    exchange.write(batch);
    exchange.end(batch);
    expect(sent()).toHaveLength(0);
  });

  it("is over when it was broken off, and sends nothing more", () => {
    const { exchange, sent } = onOpenSocket();
    exchange.abort();
    expect(exchange.isOpen).toBe(false);
    exchange.end(batch);
    expect(sent()).toHaveLength(0);
  });

  it("sends nothing on a socket that is closing", () => {
    const { exchange, socket, sent } = onOpenSocket();
    socket.isOpen = false;
    expect(exchange.isOpen).toBe(false);
    exchange.write(batch);
    exchange.end(batch);
    expect(sent()).toHaveLength(0);
  });

  it("leaves the others on the socket open", () => {
    const { exchange, socket } = onOpenSocket();
    exchange.end(batch);
    expect(new FrameExchange(socket).isOpen).toBe(true);
  });
});
