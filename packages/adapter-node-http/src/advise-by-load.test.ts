import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { adviseByLoad } from "./advise-by-load.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("adviseByLoad", () => {
  it("raises the interval at once, and lowers it when there was no load for a while", () => {
    const comet = { interval: 0, isClosing: false };
    let late = 0;
    const end = adviseByLoad(comet, { maxDelay: 50, interval: 3_000, measure: () => late });
    const after = (seconds: number): number => {
      vi.advanceTimersByTime(seconds * 1_000);
      return comet.interval;
    };
    expect(after(2)).toBe(0);
    late = 51;
    expect(after(1)).toBe(3_000);
    late = 50;
    expect(after(9)).toBe(3_000);
    expect(after(1)).toBe(0);
    end();
  });

  it("never advises less than what is usual", () => {
    const comet = { interval: 5_000, isClosing: false };
    const end = adviseByLoad(comet, { measure: () => 1_000 });
    vi.advanceTimersByTime(1_000);
    expect(comet.interval).toBe(5_000);
    end();
  });

  it("leaves things as they were when it ends, and no timer", () => {
    const comet = { interval: 0, isClosing: false };
    const end = adviseByLoad(comet, { measure: () => 1_000 });
    vi.advanceTimersByTime(1_000);
    end();
    expect(comet.interval).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends with the Comet", () => {
    const comet = { interval: 0, isClosing: false };
    adviseByLoad(comet);
    comet.isClosing = true;
    vi.advanceTimersByTime(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([{ maxDelay: 0 }, { interval: Number.NaN }])("refuses %j", (options) => {
    const comet = { interval: 0, isClosing: false };
    expect(() => adviseByLoad(comet, options)).toThrow(
      expect.objectContaining({ code: "options_invalid" }),
    );
  });
});
