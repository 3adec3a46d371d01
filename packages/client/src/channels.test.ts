import { expect, it } from "vitest";
import { isChannel, isPattern, patternsCovering } from "./channels.ts";

it("finds the patterns that cover a channel", () => {
  expect(patternsCovering("/a/b/c")).toEqual(["/a/b/c", "/a/b/*", "/a/b/**", "/a/**", "/**"]);
  expect(patternsCovering("/a")).toEqual(["/a", "/*", "/**"]);
});

it.each(["/a", "/a/b", "/service/x"])("takes %s for a channel", (name) => {
  expect(isChannel(name) && isPattern(name)).toBe(true);
});

it.each(["/*", "/**", "/a/*", "/a/**"])("takes %s for a pattern, and for no channel", (name) => {
  expect(isPattern(name)).toBe(true);
  expect(isChannel(name)).toBe(false);
});

it.each(["", "/", "a", "/a/", "/a//b", "/*/a", "/a*", "/meta/connect"])("refuses %j", (name) => {
  expect(isPattern(name)).toBe(false);
});
