import { describe, expect, it } from "vitest";
import { measureOf } from "./growth.ts";

const MEGABYTE = 1_048_576;

function measure(of: (index: number) => number): boolean {
  const bytes = Array.from({ length: 100 }, (_, index) => of(index) * MEGABYTE);
  return measureOf({ what: "it", bytes, allowance: 4 * MEGABYTE }).isGrowing;
}

describe("what is measured again and again", () => {
  it("grows when there is a little more each time", () => {
    expect(measure((index) => 50 + index * 0.1)).toBe(true);
  });

  it("does not grow when it fills first, and stays as full", () => {
    expect(measure((index) => Math.min(50 + index * 4, 130))).toBe(false);
  });

  it("does not grow when it goes up and down, or is large once", () => {
    expect(measure((index) => 50 + (index % 10))).toBe(false);
    expect(measure((index) => (index === 95 ? 500 : 50))).toBe(false);
  });
});
