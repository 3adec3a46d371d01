import { describe, expect, it } from "vitest";
import { parseTemplate } from "./channel-template.ts";

describe("a template of channels", () => {
  it.each([
    ["/chat/room", "/chat/room"],
    ["/chat/*", "/chat/*"],
    ["/chat/**", "/chat/**"],
    ["/chat/{room}", "/chat/*"],
    ["/chat/{room}/typing", "/chat/**"],
    ["/chat/{room}/{user}", "/chat/**"],
    ["/{tenant}/**", "/**"],
  ])("%s is covered by the pattern %s", (text, pattern) => {
    expect(parseTemplate(text).pattern).toBe(pattern);
  });

  it.each([
    ["/chat/{room}", "/chat/a", { room: "a" }],
    ["/chat/{room}", "/chat/*", { room: "*" }],
    ["/chat/{room}", "/chat/a/b", undefined],
    ["/chat/{room}", "/chat", undefined],
    ["/chat/{room}/typing", "/chat/a/typing", { room: "a" }],
    ["/chat/{room}/typing", "/chat/a/b", undefined],
    ["/{tenant}/**", "/a/b/c", { tenant: "a" }],
    ["/{tenant}/**", "/a", undefined],
    ["/{tenant}/*", "/a/b", { tenant: "a" }],
    ["/{tenant}/*", "/a/b/c", undefined],
    ["/chat/room", "/chat/room", {}],
    ["/chat/room", "/chat/other", undefined],
  ])("%s has of %s the parameters %j", (text, channel, params) => {
    expect(parseTemplate(text).paramsOf(channel)).toEqual(params);
  });

  it("does not set the prototype of its parameters", () => {
    const params = parseTemplate("/{__proto__}").paramsOf("/a");
    expect(Object.getPrototypeOf(params)).toBe(Object.prototype);
    expect(Object.hasOwn(params ?? {}, "__proto__")).toBe(true);
  });

  it.each(["/chat/{room", "/chat/room}", "/chat/{}", "/chat/{a b}", "/{a}/{a}", "/x{a}"])(
    "%s is none",
    (text) => {
      expect(() => parseTemplate(text)).toThrow(TypeError);
    },
  );
});
