import { Writable } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import { Outlet } from "./outlet.ts";

/** A peer that takes nothing until told to. */
class SlowPeer extends Writable {
  readonly #waiting: (() => void)[] = [];

  constructor() {
    super({ highWaterMark: 10 });
  }

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    this.#waiting.push(done);
  }

  /** Takes one write. */
  take(): void {
    this.#waiting.shift()?.();
  }
}

const limits = { highWaterMark: 100, maxBufferedBytes: 250 };
const frame = Buffer.alloc(60);

function slowPeer(onOutletChange: () => void = () => undefined) {
  const peer = new SlowPeer();
  return { peer, outlet: new Outlet(peer, limits, { onOutletChange }) };
}

async function takeAll(peer: SlowPeer): Promise<void> {
  while (peer.writableLength > 0) {
    peer.take();
    await new Promise(setImmediate);
  }
}

describe("an outlet", () => {
  it("tells the sender to stop at the high-water mark, and once that it may go on", async () => {
    const onChange = vi.fn();
    const { peer, outlet } = slowPeer(onChange);
    expect(outlet.send(frame)).toBe(true);
    expect(outlet.send(frame)).toBe(false);
    expect(outlet.isStalled).toBe(true);
    const onDrain = vi.fn();
    outlet.onDrain(onDrain);
    await takeAll(peer);
    expect(outlet.isStalled).toBe(false);
    await takeAll(peer);
    expect(onDrain).toHaveBeenCalledTimes(1);
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  it("listens once to the socket, however many writes find it full", () => {
    const { peer, outlet } = slowPeer();
    for (let count = 0; count < 5; count++) outlet.send(frame);
    expect(peer.listenerCount("drain")).toBe(1);
  });

  it("does not call back who has taken the listener away", async () => {
    const { peer, outlet } = slowPeer();
    outlet.send(frame);
    outlet.send(frame);
    const onDrain = vi.fn();
    outlet.onDrain(onDrain)();
    await takeAll(peer);
    expect(onDrain).not.toHaveBeenCalled();
  });

  it("destroys a socket with more than the bound when it is to be sent yet more", () => {
    const { peer, outlet } = slowPeer();
    for (let count = 0; count < 5; count++) outlet.send(frame);
    expect(peer.destroyed).toBe(false);
    expect(outlet.send(frame)).toBe(false);
    expect(peer.destroyed).toBe(true);
    expect(peer.writableLength).toBeLessThanOrEqual(limits.maxBufferedBytes + frame.length);
  });

  it("takes one frame of any size when nothing waits", () => {
    const { peer, outlet } = slowPeer();
    expect(outlet.send(Buffer.alloc(1_000))).toBe(false);
    expect(peer.destroyed).toBe(false);
  });

  it("knows whether anything has left since it was last asked", async () => {
    const { peer, outlet } = slowPeer();
    outlet.send(frame);
    outlet.send(frame);
    expect(outlet.hasMoved()).toBe(false);
    peer.take();
    await new Promise(setImmediate);
    expect(outlet.hasMoved()).toBe(true);
    expect(outlet.hasMoved()).toBe(false);
  });
});
