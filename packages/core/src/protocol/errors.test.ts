import { describe, expect, it } from "vitest";
import {
  BAYEUX_ERRORS,
  type BayeuxErrorCode,
  bayeuxError,
  COMET_ERRORS,
  CometError,
  type CometErrorCode,
} from "./errors.ts";

const CODES = Object.keys(BAYEUX_ERRORS) as BayeuxErrorCode[];

describe("bayeuxError", () => {
  it.each(CODES)("writes %s as number, arguments and text", (code) => {
    expect(bayeuxError(code)).toBe(`${BAYEUX_ERRORS[code]}::${code}`);
    expect(bayeuxError(code)).toMatch(/^\d{3}::[a-z_]+$/);
  });

  it("separates arguments by commas", () => {
    expect(bayeuxError("channel_denied", ["/a", "/b"])).toBe("403:/a,/b:channel_denied");
  });

  it("puts a reason in the place of the text, unless it is empty", () => {
    expect(bayeuxError("publish_denied", ["/a"], "not today")).toBe("403:/a:not today");
    expect(bayeuxError("publish_denied", ["/a"], "")).toBe("403:/a:publish_denied");
  });

  it("can be split at its colons and commas, whatever is in it", () => {
    const error = bayeuxError("channel_invalid", ["a:b,c", "d\r\n\u0000e"], "see: this, and that");
    const parts = error.split(":");
    expect(parts).toHaveLength(3);
    expect(parts[1]?.split(",")).toEqual(["a%3Ab%2Cc", "d   e"]);
    expect(parts[2]).toBe("see%3A this, and that");
  });

  it("cuts what is too long", () => {
    const error = bayeuxError("channel_invalid", ["x".repeat(10_000)], "y".repeat(10_000));
    expect(error).toBe(`405:${"x".repeat(200)}:${"y".repeat(200)}`);
  });
});

describe("CometError", () => {
  it.each(Object.entries(COMET_ERRORS))("with the code %s has the status %i", (code, status) => {
    const cause = new Error("why");
    const error = new CometError(code as CometErrorCode, "text", { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "CometError", code, status, message: "text", cause });
  });
});
