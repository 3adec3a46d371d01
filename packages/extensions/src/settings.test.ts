import { describe, expect, it } from "vitest";
import { count, duration, FUNCTION, oneOf, settingsOf } from "./settings.ts";

const RULES = { size: count(10), kind: oneOf("one", "two"), wait: duration(5), now: FUNCTION };
const DEFAULTS = { kind: "one", wait: 7, now: Date.now };

function settings(options: unknown): object {
  return settingsOf("example", RULES, DEFAULTS, options as object);
}

describe("options of extensions", () => {
  it("have defaults, also where undefined is given", () => {
    expect(settings({ size: 3, kind: undefined, wait: 9 })).toEqual({
      ...DEFAULTS,
      size: 3,
      wait: 9,
    });
  });

  it.each([
    [{ size: 1, color: "red" }, "example: there is no option color."],
    [{ size: 1, toString: 1 }, "example: there is no option toString."],
    [{}, "example: size must be a whole number from 1 to 10."],
    [{ size: 0 }, "example: size must be a whole number from 1 to 10."],
    [{ size: 11 }, "example: size must be a whole number from 1 to 10."],
    [{ size: 1.5 }, "example: size must be a whole number from 1 to 10."],
    [{ size: "3" }, "example: size must be a whole number from 1 to 10."],
    [{ size: 1, kind: "three" }, 'example: kind must be "one" or "two".'],
    [{ size: 1, wait: 4 }, "example: wait must be a number of milliseconds from 5 to 2147483647."],
    [
      { size: 1, wait: Number.NaN },
      "example: wait must be a number of milliseconds from 5 to 2147483647.",
    ],
    [
      { size: 1, wait: 2 ** 31 },
      "example: wait must be a number of milliseconds from 5 to 2147483647.",
    ],
    [{ size: 1, now: 0 }, "example: now must be a function."],
    [null, "example: options must be an object."],
    ["all", "example: options must be an object."],
    [[], "example: options must be an object."],
  ])("%j are refused", (options, text) => {
    expect(() => settings(options)).toThrow(
      expect.objectContaining({ code: "options_invalid", message: text }),
    );
  });
});
