import { describe, expect, it } from "vitest";
import { clientFrame, type Frame, FrameReader, OPCODE } from "./frames.ts";

/** What a server sends: the frame of a client without the mask and the bit that announces it. */
function serverFrame(payload: Buffer): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(10);
  head[0] = 0x81;
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload]);
  head[1] = length < 0x1_0000 ? 126 : 127;
  if (length < 0x1_0000) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head.subarray(0, length < 0x1_0000 ? 4 : 10), payload]);
}

describe("a frame reader", () => {
  it.each([0, 1, 125, 126, 65_535, 65_536])("reads a frame of %i bytes", (length) => {
    const payload = Buffer.alloc(length, "x");
    expect(new FrameReader().read(serverFrame(payload))).toEqual([
      { opcode: OPCODE.text, payload },
    ]);
  });

  it("puts together what comes in byte by byte", () => {
    const reader = new FrameReader();
    const bytes = Buffer.concat(
      ["one", "x".repeat(200), ""].map((text) => serverFrame(Buffer.from(text))),
    );
    const frames: Frame[] = [];
    for (const byte of bytes) frames.push(...reader.read(Buffer.from([byte])));
    expect(frames.map(({ payload }) => payload.length)).toEqual([3, 200, 0]);
  });

  it("takes apart what comes in at once", () => {
    const bytes = Buffer.concat(["one", "two"].map((text) => serverFrame(Buffer.from(text))));
    expect(new FrameReader().read(bytes).map(({ payload }) => String(payload))).toEqual([
      "one",
      "two",
    ]);
  });
});

describe("a client's frame", () => {
  it.each([
    [3, 6],
    [126, 14],
    [70_000, 14],
  ])("of %i bytes is masked, behind %i bytes of header", (length, header) => {
    const frame = clientFrame(OPCODE.text, Buffer.alloc(length), true);
    expect(frame).toHaveLength(header + length);
    expect(frame.readUInt8(1) & 0x80).toBe(0x80);
  });

  it("says whether it is the last of its message", () => {
    expect(clientFrame(OPCODE.text, Buffer.alloc(0), true)[0]).toBe(0x81);
    expect(clientFrame(OPCODE.text, Buffer.alloc(0), false)[0]).toBe(0x01);
  });
});
