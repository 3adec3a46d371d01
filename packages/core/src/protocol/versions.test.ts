import { describe, expect, it } from "vitest";
import { isCompatible } from "./versions.ts";

describe("a version", () => {
  it.each([
    ["1.0", undefined],
    ["1", undefined],
    ["1.0beta", undefined],
    ["1.1", undefined],
    ["1.10.3rc1", undefined],
    ["1.0", "0.9"],
    ["1.0", "1.0"],
    ["2.0", "1.0"],
    ["9.0", "0.1"],
    ["1.1", "1"],
  ])("%s of a client that also speaks %s is one we can speak with", (version, minimum) => {
    expect(isCompatible(version, minimum)).toBe(true);
  });

  it.each([
    ["0.9", undefined],
    ["2.0", undefined],
    ["9.0", undefined],
    ["10.0", undefined],
    ["1.1", "1.1"],
    ["1.10", "1.2"],
    ["2.0", "2.0"],
    ["0.9", "0.1"],
    ["", undefined],
    ["one", undefined],
    ["1.", undefined],
    [".1", undefined],
    ["-1.0", undefined],
    ["1.0 ", undefined],
    ["1.0\n", undefined],
    ["1e9", undefined],
    ["1.0", "x"],
    ["1.0", ""],
    ["9999999.0", "1.0"],
  ])("%j of a client that speaks nothing below %j is none", (version, minimum) => {
    expect(isCompatible(version, minimum)).toBe(false);
  });
});
