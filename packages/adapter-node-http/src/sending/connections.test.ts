import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Connections } from "./connections.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function member() {
  return { beat: vi.fn(), terminate: vi.fn() };
}

describe("connections", () => {
  it("beat while they are there, and leave no timer behind", () => {
    const connections = new Connections<ReturnType<typeof member>>(1_000);
    const one = member();
    connections.add(one);
    vi.advanceTimersByTime(2_500);
    connections.delete(one);
    vi.advanceTimersByTime(2_500);
    expect(one.beat).toHaveBeenCalledTimes(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("are gone at once when there are none", async () => {
    await new Connections(1_000).empty(5_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("are waited for until the last has gone", async () => {
    const connections = new Connections<ReturnType<typeof member>>(1_000);
    const [one, other] = [member(), member()];
    connections.add(one);
    connections.add(other);
    let isOver = false;
    const over = connections.empty(5_000).then(() => {
      isOver = true;
    });
    connections.delete(one);
    await Promise.resolve();
    expect(isOver).toBe(false);
    connections.delete(other);
    await over;
    expect(one.terminate).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("are broken off when they have not gone in time", async () => {
    const connections = new Connections<ReturnType<typeof member>>(1_000);
    const one = member();
    one.terminate.mockImplementation(() => connections.delete(one));
    connections.add(one);
    const over = connections.empty(5_000);
    vi.advanceTimersByTime(4_999);
    expect(one.terminate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    await over;
    expect(one.terminate).toHaveBeenCalledTimes(1);
  });
});
