import { Batch } from "@encke/core";
import { describe, expect, it } from "vitest";
import { asciiFrame, frameEncoder } from "./frame.ts";

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
    expect(read(frameEncoder.encode(text, [], true))).toBe(text);
    expect(frameEncoder.encode(text, [], false)).toEqual(frameEncoder.encode(text, [], true));
  });

  it.each([
    [125, 2],
    [126, 4],
    [65_535, 4],
    [65_536, 10],
  ])("of %i bytes has the shortest header, %i bytes", (length, header) => {
    expect(frameEncoder.encode("x".repeat(length), [], true)).toHaveLength(header + length);
  });

  it.each([1, 123, 124, 65_533, 65_534, 200_000])(
    "of ASCII is the same as a text: %i",
    (length) => {
      const batch = new Batch([{ json: "x".repeat(length) }]);
      expect(Buffer.from(asciiFrame(batch) ?? "", "latin1")).toEqual(batch.as(frameEncoder));
    },
  );

  it("is no text where it holds more than ASCII", () => {
    expect(asciiFrame(new Batch([{ json: '"\u00e9"' }]))).toBe(undefined);
  });

  it("counts bytes and not characters", () => {
    const text = "\u00e9\u20ac\u{1d11e}".repeat(20);
    expect(read(frameEncoder.encode(text, [], false))).toBe(text);
  });

  it("is made once for a batch that goes to many sockets", () => {
    const batch = new Batch([{ json: '{"channel":"/a"}' }]);
    expect(batch.as(frameEncoder)).toBe(batch.as(frameEncoder));
    expect(read(batch.as(frameEncoder))).toBe('[{"channel":"/a"}]');
    expect(read(new Batch([{ json: '"ä🚀"' }]).as(frameEncoder))).toBe('["ä🚀"]');
  });
});
