import { expect, it } from "vitest";
import { backoff } from "./backoff.ts";

it("doubles its bound from a second to a minute", () => {
  const bounds = [0, 1, 2, 3, 6, 7, 8, 2_000].map((failures) => backoff(failures, () => 1));
  expect(bounds).toEqual([0, 1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000]);
});

it("may wait for anything below the bound", () => {
  expect(backoff(3, () => 0)).toBe(0);
  expect(backoff(3, () => 0.5)).toBe(2_000);
});
