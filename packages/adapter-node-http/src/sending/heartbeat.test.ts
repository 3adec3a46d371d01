import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Heartbeat } from "./heartbeat.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a heartbeat", () => {
  it("visits every member once a round by one timer", () => {
    const heartbeat = new Heartbeat(1_000);
    const members = Array.from({ length: 1_200 }, () => ({ beat: vi.fn() }));
    for (const member of members) heartbeat.add(member);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1_100);
    for (const member of members) expect(member.beat).toHaveBeenCalledTimes(1);
  });

  it("yields to the event loop between slices of a long round", () => {
    const heartbeat = new Heartbeat(1_000);
    let visited = 0;
    for (let count = 0; count < 1_200; count++) heartbeat.add({ beat: () => visited++ });
    vi.advanceTimersToNextTimer();
    expect(visited).toBe(500);
    vi.advanceTimersToNextTimer();
    expect(visited).toBe(1_000);
  });

  it("stops with its last member and starts again with the next", () => {
    const heartbeat = new Heartbeat(1_000);
    const member = { beat: vi.fn() };
    heartbeat.add(member);
    heartbeat.delete(member);
    expect(vi.getTimerCount()).toBe(0);
    heartbeat.add(member);
    vi.advanceTimersByTime(1_000);
    expect(member.beat).toHaveBeenCalledTimes(1);
  });

  it("does not beat at all with an interval of 0", () => {
    new Heartbeat(0).add({ beat: vi.fn() });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("passes over one that has gone since the round began, whatever has come since", () => {
    const heartbeat = new Heartbeat(1_000);
    const members = Array.from({ length: 600 }, () => ({ beat: vi.fn() }));
    for (const member of members) heartbeat.add(member);
    vi.advanceTimersToNextTimer();
    const late = members.slice(200);
    for (const member of late) heartbeat.delete(member);
    heartbeat.add({ beat: vi.fn() });
    vi.advanceTimersToNextTimer();
    for (const member of members.slice(500)) expect(member.beat).not.toHaveBeenCalled();
  });
});
