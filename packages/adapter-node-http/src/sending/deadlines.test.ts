import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Deadlines } from "./deadlines.ts";

describe("Deadlines", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Does `afterA` when the item `a` has expired. */
  function setUp(afterA: (deadlines: Deadlines<string>) => void = () => {}): {
    deadlines: Deadlines<string>;
    expired: string[];
  } {
    const expired: string[] = [];
    const deadlines = new Deadlines<string>(100, (item) => {
      expired.push(item);
      if (item === "a") afterA(deadlines);
    });
    return { deadlines, expired };
  }

  /** So much that what is kept of the items moves. */
  function addAndDelete(deadlines: Deadlines<string>): void {
    for (let time = 0; time < 200; time++) {
      deadlines.add("for a moment");
      deadlines.delete("for a moment");
    }
  }

  it("calls back for what is still there when its time is over, not before", () => {
    const { deadlines, expired } = setUp();
    deadlines.add("a");
    vi.advanceTimersByTime(99);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual(["a"]);
    expect(deadlines.size).toBe(0);
  });

  it("does not call back for what was deleted", () => {
    const { deadlines, expired } = setUp();
    deadlines.add("a");
    deadlines.delete("a");
    vi.advanceTimersByTime(1_000);
    expect(expired).toEqual([]);
  });

  it("gives everything its own full time with one timer", () => {
    const { deadlines, expired } = setUp();
    deadlines.add("a");
    vi.advanceTimersByTime(60);
    deadlines.add("b");
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(99);
    expect(expired).toEqual(["a"]);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual(["a", "b"]);
  });

  it("has no timer while nothing waits, and starts again", () => {
    const { deadlines, expired } = setUp();
    deadlines.add("a");
    vi.advanceTimersByTime(100);
    expect(vi.getTimerCount()).toBe(0);
    deadlines.add("b");
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(["a", "b"]);
  });

  it("goes on when the callback adds", () => {
    const { deadlines, expired } = setUp((running) => running.add("b"));
    deadlines.add("a");
    vi.advanceTimersByTime(100);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(["a", "b"]);
  });

  it("keeps the time of the others when the callback adds", () => {
    const { deadlines, expired } = setUp((running) => running.add("c"));
    deadlines.add("a");
    vi.advanceTimersByTime(10);
    deadlines.add("b");
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(["a", "b"]);
  });

  it("does not call back for what a callback deletes, whatever it adds", () => {
    const { deadlines, expired } = setUp((running) => {
      addAndDelete(running);
      for (const other of "bcdefgh") running.delete(other);
      running.add("z");
    });
    for (const item of "abcdefgh") deadlines.add(item);
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(["a"]);
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(["a", "z"]);
  });

  it("gives what a callback deletes and adds its full time anew, whatever else it does", () => {
    const { deadlines, expired } = setUp((running) => {
      for (const other of "bcdefx") running.delete(other);
      addAndDelete(running);
      vi.advanceTimersByTime(1);
      for (const other of ["new", "x"]) running.add(other);
    });
    for (const item of "abcdefx") deadlines.add(item);
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(["a"]);
    vi.advanceTimersByTime(101);
    expect(expired).toEqual(["a", "new", "x"]);
  });

  it("goes on when the callback throws", () => {
    const { deadlines, expired } = setUp(() => {
      throw new Error("no");
    });
    deadlines.add("a");
    deadlines.add("b");
    expect(() => vi.advanceTimersByTime(100)).toThrow("no");
    vi.advanceTimersByTime(1);
    expect(expired).toEqual(["a", "b"]);
  });
});
