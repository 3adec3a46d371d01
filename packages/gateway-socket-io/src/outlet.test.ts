import { EventEmitter } from "node:events";
import type { Socket } from "engine.io";
import { describe, expect, it, vi } from "vitest";
import { Outlet } from "./outlet.ts";
import { eventPacket, type Packet } from "./packets.ts";

/** A connection of the library, of which the test says when its transport takes something and when that has left. */
class HandDriven extends EventEmitter {
  readonly readyState = "open";
  readonly shortCut: unknown[] = [];
  readonly transport = {
    name: "websocket",
    writable: false,
    socket: {
      readyState: 1,
      bufferedAmount: 0,
      _sender: { sendFrame: (frames: unknown) => this.shortCut.push(frames) },
    },
  };
  readonly sent: unknown[] = [];
  readonly close = vi.fn();
  readonly #waiting: (() => void)[] = [];
  readonly #flushed: (() => void)[] = [];

  send(data: unknown, _options: object, onSent?: () => void): void {
    this.sent.push(data);
    if (onSent) this.#waiting.push(onSent);
  }

  /** The transport takes what waits. */
  flush(): void {
    this.emit("flush");
    this.#flushed.push(...this.#waiting.splice(0));
  }

  /** The transport has got rid of it. */
  drain(): void {
    for (const onSent of this.#flushed.splice(0)) onSent();
  }
}

const packet = eventPacket("/", ["say", "hello"]);

function setUp(limits: Partial<{ highWaterMark: number; maxBufferedBytes: number }> = {}) {
  const socket = new HandDriven();
  const settings = { highWaterMark: 2 * packet.bytes, maxBufferedBytes: 1_000, ...limits };
  return { socket, outlet: new Outlet(socket as unknown as Socket, settings) };
}

function dataOf({ parts }: Packet): unknown[] {
  return parts.map(({ data }) => data);
}

describe("an outlet", () => {
  it("hands text to the transport at once, when that has nothing else to send", () => {
    const { socket, outlet } = setUp();
    socket.transport.writable = true;
    expect(outlet.send(packet)).toBe(true);
    expect(socket.shortCut).toEqual([packet.text?.frames]);
    expect(socket.sent).toEqual([]);
  });

  it("lets the library bring packets one after the other, where there are bytes in them", () => {
    const { socket, outlet } = setUp();
    socket.transport.writable = true;
    const binary = eventPacket("/", ["photo", Buffer.from([1, 2])]);
    outlet.send(binary);
    expect(socket.sent).toEqual(dataOf(binary));
    expect(socket.sent).toHaveLength(2);
    expect(socket.shortCut).toEqual([]);
  });

  it("learns when so much has been read that the peer could not take more before", () => {
    const { socket, outlet } = setUp({ highWaterMark: packet.bytes });
    socket.transport.writable = true;
    const onDrain = vi.fn();
    expect(outlet.send(packet)).toBe(false);
    expect(socket.shortCut).toEqual([]);
    outlet.onDrain(onDrain);
    socket.flush();
    socket.drain();
    expect(onDrain).toHaveBeenCalledTimes(1);
  });

  it("is not ready while too much waits, be it for the transport or in it", () => {
    const { socket, outlet } = setUp();
    expect(outlet.send(packet)).toBe(true);
    expect(outlet.send(packet)).toBe(false);
    socket.flush();
    expect(outlet.isReady).toBe(false);
    socket.drain();
    expect(outlet.isReady).toBe(true);
  });

  it("calls back once when the peer has caught up, and not when that is of no interest any more", () => {
    const { socket, outlet } = setUp();
    const [onDrain, cancelled] = [vi.fn(), vi.fn()];
    outlet.onDrain(onDrain);
    outlet.onDrain(cancelled)();
    for (let round = 0; round < 2; round++) {
      outlet.send(packet);
      outlet.send(packet);
      socket.flush();
      socket.drain();
    }
    expect(onDrain).toHaveBeenCalledTimes(1);
    expect(cancelled).not.toHaveBeenCalled();
  });

  it("calls nobody back while too much waits behind what has left", () => {
    const { socket, outlet } = setUp();
    const onDrain = vi.fn();
    outlet.onDrain(onDrain);
    outlet.send(packet);
    socket.flush();
    outlet.send(packet);
    outlet.send(packet);
    socket.drain();
    expect(onDrain).not.toHaveBeenCalled();
  });

  it("breaks off a peer that reads nothing", () => {
    const { socket, outlet } = setUp({ maxBufferedBytes: 3 * packet.bytes });
    for (let count = 0; count < 3; count++) outlet.send(packet);
    expect(socket.close).not.toHaveBeenCalled();
    outlet.send(packet);
    expect(socket.close).toHaveBeenCalledWith(true);
  });
});
