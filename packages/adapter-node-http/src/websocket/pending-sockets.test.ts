import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PendingSockets } from "./pending-sockets.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const aSocket = () => ({ onTimeout: vi.fn() });

describe("pending sockets", () => {
  it("are full at their limit, and have room when one leaves, however often it does", () => {
    const pending = new PendingSockets(2, 1_000);
    const leaver = aSocket();
    pending.add(leaver);
    pending.add(aSocket());
    expect(pending.isFull).toBe(true);
    pending.delete(leaver);
    pending.delete(leaver);
    expect(pending.isFull).toBe(false);
    pending.add(aSocket());
    expect(pending.isFull).toBe(true);
  });

  it("are called back when their time is over, and are pending no longer", () => {
    const pending = new PendingSockets(1, 1_000);
    const socket = aSocket();
    pending.add(socket);
    vi.advanceTimersByTime(999);
    expect(socket.onTimeout).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(socket.onTimeout).toHaveBeenCalledTimes(1);
    expect(pending.isFull).toBe(false);
  });

  it("are not called back once they have shown a client, and share one timer that ends without them", () => {
    const sockets = [aSocket(), aSocket(), aSocket()];
    const pending = new PendingSockets(10, 1_000);
    for (const socket of sockets) {
      pending.add(socket);
      pending.delete(socket);
    }
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1_000);
    const calls = sockets.flatMap(({ onTimeout }) => onTimeout.mock.calls);
    expect([calls.length, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
