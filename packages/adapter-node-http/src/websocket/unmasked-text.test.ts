import { describe, expect, it } from "vitest";
import { unmaskedText } from "./unmasked-text.ts";

const MASKS = [
  [0, 0, 0, 0],
  [0x11, 0x22, 0x44, 0x87],
  [0xff, 0x80, 0x7f, 0x01],
];

function masked(payload: Uint8Array, mask: readonly number[]): Buffer {
  return Buffer.from([...mask, ...payload.map((byte, at) => byte ^ (mask[at % 4] as number))]);
}

describe.each(MASKS)("a text under the mask %i %i %i %i", (...mask) => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 125, 126, 127, 65_532])("of %i bytes is read", (length) => {
    const text = Array.from({ length }, (_, at) => String.fromCharCode(at % 128)).join("");
    // What a longer one left behind is not seen.
    unmaskedText(masked(Buffer.alloc(length + 4, 0xc3), mask));
    expect(unmaskedText(masked(Buffer.from(text), mask))).toBe(text);
  });

  it.each(["é", "€", "😀", "aé€😀語", "\ufeff", `${"x".repeat(999)}é`])("%j is read", (text) => {
    const bytes = masked(Buffer.from(text), mask);
    const before = Buffer.from(bytes);
    expect(unmaskedText(bytes)).toBe(text);
    expect(bytes).toEqual(before);
  });

  it.each([
    ["half a character", [0xe2, 0x82]],
    ["a byte that begins nothing", [0x61, 0xc3, 0x28]],
    ["half a pair", [0xed, 0xa0, 0x80]],
    ["more than is needed", [0xc0, 0x80]],
  ])("is none when it is %s", (_what, bytes) => {
    expect(unmaskedText(masked(Buffer.from(bytes), mask))).toBeUndefined();
  });

  it("is none when it is longer than what node reads at once", () => {
    expect(unmaskedText(masked(Buffer.alloc(65_533, 0x61), mask))).toBeUndefined();
  });
});
