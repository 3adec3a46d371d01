import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PendingSockets } from "./pending-sockets.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("pending sockets", () => {
  it("are full at their limit, and have room when one leaves, whatever it calls how often", () => {
    const pending = new PendingSockets(2, 1_000);
    const leave = pending.add(vi.fn());
    pending.add(vi.fn());
    expect(pending.isFull).toBe(true);
    leave();
    leave();
    expect(pending.isFull).toBe(false);
    pending.add(vi.fn());
    expect(pending.isFull).toBe(true);
  });

  it("are called back when their time is over, and are pending no longer", () => {
    const pending = new PendingSockets(1, 1_000);
    const onTimeout = vi.fn();
    pending.add(onTimeout);
    vi.advanceTimersByTime(999);
    expect(onTimeout).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onTimeout).toHaveBeenCalledTimes(1);
    expect(pending.isFull).toBe(false);
  });

  it("are not called back once they have shown a client, and share one timer that ends without them", () => {
    const onTimeout = vi.fn();
    const pending = new PendingSockets(10, 1_000);
    for (let count = 0; count < 3; count++) pending.add(vi.fn())();
    pending.add(onTimeout)();
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect([onTimeout.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
