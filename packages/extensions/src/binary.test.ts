import { describe, expect, it } from "vitest";
import { binaryData, isBinaryData } from "./binary.ts";

const BYTES = Uint8Array.from({ length: 32 }, (_, index) => index * 8);

describe("binary data", () => {
  it("is the last part, without anything about it, unless one says otherwise", () => {
    const { data, ...about } = binaryData(BYTES);
    expect([...data]).toEqual([...BYTES]);
    expect(about).toEqual({ last: true });
    const part = { last: false, meta: { name: "a" } };
    expect(binaryData(BYTES, part)).toMatchObject(part);
  });

  it.each([
    ["a buffer", BYTES.buffer, BYTES],
    ["a view of bytes", BYTES.subarray(3, 9), BYTES.slice(3, 9)],
    ["a view of larger numbers", new Uint16Array(BYTES.buffer, 4, 2), BYTES.slice(4, 8)],
    ["a DataView", new DataView(BYTES.buffer, 5, 6), BYTES.slice(5, 11)],
    ["a Buffer of Node, which shares its memory with others", Buffer.from([1, 2, 3]), [1, 2, 3]],
  ])("can be made of %s", (_, data, expected) => {
    expect([...binaryData(data).data]).toEqual([...expected]);
  });

  it("is known by its bytes", () => {
    expect(isBinaryData(binaryData(BYTES))).toBe(true);
    for (const data of [undefined, null, "text", BYTES, [BYTES], {}, { data: "text" }]) {
      expect(isBinaryData(data)).toBe(false);
    }
  });

  it("becomes Z85 where JSON is made of it", () => {
    const data = binaryData(Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f));
    expect(JSON.stringify(data)).toBe('{"data":"Hello","last":true}');
  });
});
