import { describe, expect, it } from "vitest";
import { MemoryStore } from "./memory-store.ts";
import { settingsOf } from "./settings.ts";

describe("the options of a memory store", () => {
  it("have the documented defaults", () => {
    expect(settingsOf({})).toEqual({
      maxBytes: 4_194_304,
      maxEntries: 65_536,
      maxProducers: 10_000,
      startAfter: 0,
    });
  });

  it("are refused when there is no such option", () => {
    const options = { maxByte: 1 } as object;
    expect(() => new MemoryStore(options)).toThrow(
      expect.objectContaining({ name: "CometError", code: "options_invalid" }),
    );
    expect(() => new MemoryStore(JSON.parse('{"__proto__":1}'))).toThrow("no option __proto__");
  });

  it.each([
    ["maxBytes", 0],
    ["maxEntries", 1.5],
    ["maxProducers", Number.POSITIVE_INFINITY],
    ["maxEntries", "10"],
    ["maxBytes", undefined],
    ["startAfter", -1],
  ])("are refused when %s is %s", (name, value) => {
    expect(() => new MemoryStore({ [name]: value })).toThrow(`${name} must be a whole number`);
  });

  it("allow a log to start after any position", () => {
    expect(new MemoryStore({ startAfter: 0 }).log.head()).toBe(0);
    expect(new MemoryStore({ startAfter: 2 ** 40 }).log.head()).toBe(2 ** 40);
  });
});
