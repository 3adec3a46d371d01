import { expect, it } from "vitest";
import { patternsCovering } from "./channels.ts";

it("finds the patterns that cover a channel", () => {
  expect(patternsCovering("/a/b/c")).toEqual(["/a/b/c", "/a/b/*", "/a/b/**", "/a/**", "/**"]);
  expect(patternsCovering("/a")).toEqual(["/a", "/*", "/**"]);
});

it.each(["", "a"])("finds none for %j, which is no channel", (name) => {
  expect(patternsCovering(name)).toEqual([name]);
});
