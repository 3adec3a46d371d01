import { once } from "node:events";
import type { Socket } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { socketPair } from "../testing/socket-pair.ts";
import { Outlet } from "./outlet.ts";

const bytes = Buffer.from("frame");

describe("an outlet on a socket of node", () => {
  const limits = { highWaterMark: 100_000, maxBufferedBytes: 10_000_000 };

  async function pair(
    highWaterMark = limits.highWaterMark,
  ): Promise<{ socket: Socket; peer: Socket; outlet: Outlet }> {
    const { socket, peer } = await socketPair({ noDelay: true, highWaterMark: 1_000 });
    return {
      socket,
      peer,
      outlet: new Outlet(socket, { ...limits, highWaterMark }, { onOutletChange() {} }),
    };
  }

  const numbered = (number: number): Buffer => Buffer.alloc(10_000, `${number};`);

  it("writes past its stream what leaves at once", async () => {
    const { socket, peer, outlet } = await pair();
    const write = vi.spyOn(socket, "write");
    outlet.send(bytes);
    write.mockClear();
    for (let count = 0; count < 5; count++) outlet.send(bytes);
    expect(write).not.toHaveBeenCalled();
    let text = "";
    for await (const chunk of peer) {
      text += chunk;
      if (text.length === 6 * bytes.length) break;
    }
    expect(text).toBe("frame".repeat(6));
    expect(socket.bytesWritten).toBe(text.length);
  });

  it.each([
    ["large", 16_384, undefined],
    ["more than may wait", 100, 100],
  ])("leaves to the stream what is %s", async (_, most, highWaterMark) => {
    const { socket, outlet } = await pair(highWaterMark);
    outlet.send(bytes);
    const write = vi.spyOn(socket, "write");
    outlet.send(Buffer.alloc(most));
    expect(write).not.toHaveBeenCalled();
    const large = Buffer.alloc(most + 1);
    outlet.send(large);
    expect(write).toHaveBeenCalledWith(large);
  });

  it("counts what is on its way past the stream to what may wait", async () => {
    const { socket, outlet } = await pair(12_000);
    outlet.send(bytes);
    const write = vi.spyOn(socket, "write");
    for (let count = 0; count < 10_000 && socket.writableLength === 0; count++) {
      expect(outlet.isStalled).toBe(false);
      outlet.send(numbered(1));
    }
    expect(write).toHaveBeenCalledTimes(1);
    expect(socket.writableLength).toBe(10_000);
    expect(outlet.isStalled).toBe(true);
  });

  it("writes a text as the bytes that its characters are, past the stream or through it", async () => {
    const { socket, peer, outlet } = await pair();
    const write = vi.spyOn(socket, "write");
    const text = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
    outlet.send(text);
    write.mockClear();
    outlet.send(text);
    outlet.send(text);
    expect(write).not.toHaveBeenCalled();
    outlet.send(text.repeat(100));
    expect(write).toHaveBeenCalledTimes(1);
    let received = "";
    for await (const chunk of peer) {
      received += (chunk as Buffer).toString("latin1");
      if (received.length === 103 * 256) break;
    }
    expect(received).toBe(text.repeat(103));
  });

  it("asks of what many get for more than the bytes only where it leaves at once", async () => {
    const { socket, outlet } = await pair();
    const shared = { bytes, forOneMore: vi.fn(() => "frame") };
    const write = vi.spyOn(socket, "write");
    outlet.sendShared(shared);
    outlet.sendShared(shared);
    expect(shared.forOneMore).toHaveBeenCalledTimes(2);
    for (let count = 0; count < 10_000 && socket.writableLength === 0; count++)
      outlet.send(numbered(1));
    write.mockClear();
    outlet.sendShared(shared);
    expect(write.mock.calls[0]?.[0]).toBe(bytes);
    expect(shared.forOneMore).toHaveBeenCalledTimes(2);
  });

  it("keeps all bytes and their order for peers who read late, whoever else writes", async () => {
    const pairs = await Promise.all(Array.from({ length: 4 }, () => pair()));
    const expected: Buffer[] = [];
    for (let number = 0; number < 1_000; number++) {
      const isOther = number % 7 === 0;
      expected.push(numbered(number));
      for (const { socket, outlet } of pairs) {
        if (isOther) socket.write(numbered(number));
        else if (number % 3 === 0) outlet.send(numbered(number).toString("latin1"));
        else outlet.send(numbered(number));
      }
    }
    for (const { socket, outlet, peer } of pairs) {
      expect(socket.writableLength).toBeGreaterThan(limits.highWaterMark);
      expect(outlet.isStalled).toBe(true);
      socket.end();
      const chunks: Buffer[] = [];
      for await (const chunk of peer) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks).equals(Buffer.concat(expected))).toBe(true);
    }
  });

  it.each([
    ["ended", (socket: Socket) => void socket.end()],
    ["closed", (socket: Socket) => void socket.destroy()],
  ])("leaves it to the stream to fail where the socket is %s", async (_, finish) => {
    const { socket, outlet } = await pair();
    outlet.send(bytes);
    outlet.send(bytes);
    const onError = vi.fn();
    socket.on("error", onError);
    finish(socket);
    const write = vi.spyOn(socket, "write");
    outlet.send(bytes);
    outlet.send("frame");
    if (!socket.closed) await once(socket, "close");
    outlet.send(bytes);
    outlet.send("frame");
    expect(write).toHaveBeenCalledTimes(4);
  });

  it("is told of a peer that goes with bytes on their way, once and for all", async () => {
    const { socket, peer, outlet } = await pair();
    const onError = vi.fn();
    socket.on("error", onError);
    peer.on("error", () => {});
    outlet.send(bytes);
    const onLeft = vi.spyOn(outlet, "onLeft");
    const write = vi.spyOn(socket, "write");
    for (let count = 0; count < 10_000 && socket.writableLength === 0; count++)
      outlet.send(numbered(1));
    // All others had left, or were leaving.
    expect(write).toHaveBeenCalledTimes(1);
    expect(onLeft).not.toHaveBeenCalled();
    peer.resetAndDestroy();
    await new Promise((resolve) => socket.once("close", resolve));
    await vi.waitFor(() => expect(onLeft).toHaveBeenCalledTimes(1));
    expect(onError).toHaveBeenCalledTimes(1);
  });
});
