import { describe, expect, it } from "vitest";
import { decodeZ85, encodeZ85 } from "./z85.ts";

/** Bytes of every kind, the same ones each time. */
function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 167 + 13) % 256);
}

describe("Z85", () => {
  it("is what its specification shows", () => {
    const hello = Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b);
    expect(encodeZ85(hello)).toBe("HelloWorld");
    expect(decodeZ85("HelloWorld")).toEqual(hello);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 255, 256, 257, 258])("carries %i bytes", (length) => {
    expect(decodeZ85(encodeZ85(bytes(length)))).toEqual(bytes(length));
  });

  it.each([1, 2, 3, 4])("carries the highest and the lowest %i bytes", (length) => {
    for (const value of [0, 255]) {
      const all = new Uint8Array(length).fill(value);
      expect(encodeZ85(all)).toHaveLength(length + 1);
      expect(decodeZ85(encodeZ85(all))).toEqual(all);
    }
  });

  it("encodes what a view shows of a larger buffer, and no more", () => {
    const window = bytes(100).subarray(13, 20);
    expect(encodeZ85(window)).toBe(encodeZ85(bytes(100).slice(13, 20)));
  });

  it.each([
    ["a space", "Hell World"],
    ["a character that is none of its digits", 'Hello"orld'],
    ["a character outside ASCII", "Hellö"],
    ["a character far outside ASCII", "Hell\u{1f600}"],
    ["a NUL", "Hell\0"],
    ["one character too many", "HelloW"],
    ["one character alone", "0"],
    ["a group beyond 32 bits", "%nSc1"],
    ["the highest group", "#####"],
    ["a last group beyond what bytes can be", "##"],
  ])("does not decode a text with %s", (_, text) => {
    expect(decodeZ85(text)).toBeUndefined();
  });
});
