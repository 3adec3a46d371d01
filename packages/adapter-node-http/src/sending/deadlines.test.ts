import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Deadlines } from "./deadlines.ts";

describe("Deadlines", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function setUp(): { deadlines: Deadlines<string>; expired: string[] } {
    const expired: string[] = [];
    return { deadlines: new Deadlines(100, (item) => expired.push(item)), expired };
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
    const expired: string[] = [];
    const deadlines = new Deadlines<string>(100, (item) => {
      expired.push(item);
      if (item === "a") deadlines.add("b");
    });
    deadlines.add("a");
    vi.advanceTimersByTime(100);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(["a", "b"]);
  });

  it("keeps the time of the others when the callback adds", () => {
    const expired: string[] = [];
    const deadlines = new Deadlines<string>(100, (item) => {
      expired.push(item);
      if (item === "a") deadlines.add("c");
    });
    deadlines.add("a");
    vi.advanceTimersByTime(10);
    deadlines.add("b");
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(["a", "b"]);
  });

  /** So much that what is kept of the items moves. */
  function addAndDelete(deadlines: Deadlines<string>): void {
    for (let time = 0; time < 200; time++) {
      deadlines.add("for a moment");
      deadlines.delete("for a moment");
    }
  }

  it("does not call back for what a callback deletes, whatever it adds", () => {
    const others = Array.from("bcdefgh");
    const expired: string[] = [];
    const deadlines = new Deadlines<string>(100, (item) => {
      expired.push(item);
      if (item !== "a") return;
      addAndDelete(deadlines);
      for (const other of others) deadlines.delete(other);
      deadlines.add("z");
    });
    for (const item of ["a", ...others]) deadlines.add(item);
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(["a"]);
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(["a", "z"]);
  });

  it("gives what a callback deletes and adds its full time anew, whatever else it does", () => {
    const expired: string[] = [];
    const deadlines = new Deadlines<string>(100, (item) => {
      expired.push(item);
      if (item !== "a") return;
      for (const other of "bcdefx") deadlines.delete(other);
      addAndDelete(deadlines);
      vi.advanceTimersByTime(1);
      for (const other of ["new", "x"]) deadlines.add(other);
    });
    for (const item of "abcdefx") deadlines.add(item);
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(["a"]);
    vi.advanceTimersByTime(101);
    expect(expired).toEqual(["a", "new", "x"]);
  });

  it("goes on when the callback throws", () => {
    const expired: string[] = [];
    const deadlines = new Deadlines<string>(100, (item) => {
      expired.push(item);
      if (item === "a") throw new Error("no");
    });
    deadlines.add("a");
    deadlines.add("b");
    expect(() => vi.advanceTimersByTime(100)).toThrow("no");
    vi.advanceTimersByTime(1);
    expect(expired).toEqual(["a", "b"]);
  });
});
