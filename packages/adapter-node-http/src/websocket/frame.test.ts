import { Batch } from "@encke/core";
import { describe, expect, it } from "vitest";
import { Frame, frameEncoder } from "./frame.ts";

/** Reads one whole frame by the letter of the protocol. */
function read(frame: Buffer): string {
  expect(frame[0]).toBe(0x81);
  const short = frame.readUInt8(1);
  if (short === 126) return payload(frame, 4, frame.readUInt16BE(2));
  if (short === 127) return payload(frame, 10, Number(frame.readBigUInt64BE(2)));
  return payload(frame, 2, short);
}

function payload(frame: Buffer, start: number, length: number): string {
  expect(frame).toHaveLength(start + length);
  return frame.toString("utf8", start);
}

describe("a frame", () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])("of %i bytes reads back", (length) => {
    const text = "x".repeat(length);
    expect(read(new Frame(text, true).bytes)).toBe(text);
    expect(new Frame(text, false).bytes).toEqual(new Frame(text, true).bytes);
  });

  it.each([
    [125, 2],
    [126, 4],
    [65_535, 4],
    [65_536, 10],
  ])("of %i bytes has the shortest header, %i bytes", (length, header) => {
    expect(new Frame("x".repeat(length), true).bytes).toHaveLength(header + length);
  });

  it.each([0, 1, 125, 126, 127, 4_096])(
    "of %i characters of ASCII is a text for few sockets, and bytes for many",
    (length) => {
      const frame = new Frame("x".repeat(length), true);
      const forMany = Array.from({ length: 100 }, () => frame.forOneMore());
      const [text] = forMany;
      expect(Buffer.from(text as string, "latin1")).toEqual(frame.bytes);
      expect(new Set(forMany)).toEqual(new Set([text, frame.bytes]));
      expect(forMany.at(-1)).toBe(frame.bytes);
    },
  );

  it.each([
    ["long", "x".repeat(4_097), true],
    ["not known to be ASCII", "x", false],
    ["not ASCII", "\u00e9", false],
  ])("is bytes where it is %s", (_, json, isAscii) => {
    const frame = new Frame(json, isAscii);
    expect(frame.forOneMore()).toBe(frame.bytes);
  });

  it("counts bytes and not characters", () => {
    const text = "\u00e9\u20ac\u{1d11e}".repeat(20);
    expect(read(new Frame(text, false).bytes)).toBe(text);
  });

  it("is made once for a batch that goes to many sockets", () => {
    const batch = new Batch([{ json: '{"channel":"/a"}' }]);
    const { bytes } = batch.as(frameEncoder);
    expect(batch.as(frameEncoder).bytes).toBe(bytes);
    expect(read(bytes)).toBe('[{"channel":"/a"}]');
    expect(read(new Batch([{ json: '"ä🚀"' }]).as(frameEncoder).bytes)).toBe('["ä🚀"]');
  });
});
