import type { Batch, BatchEncoder } from "@encke/core";

/** The first byte of a frame that is a whole text. */
export const FINAL_TEXT = 0x81;
/** In the place of a length: it stands in the sixteen bits that follow. */
export const SIXTEEN_BITS = 126;
const SIXTY_FOUR_BITS = 127;

/**
 * The one object to hand to {@link Batch.as}, so that a batch is framed once for all sockets it goes to.
 * @see https://datatracker.ietf.org/doc/html/rfc6455#section-5.2
 */
export const frameEncoder: BatchEncoder<Buffer> = {
  encode: (json, _messages, isAscii) => frameText(json, isAscii),
};

/** By the length of the text, for those with the shortest header. */
const HEADERS = Array.from({ length: SIXTEEN_BITS }, (_, length) =>
  String.fromCharCode(FINAL_TEXT, length),
);

/** The batch as a frame of which each character is a byte. Undefined: it cannot be one, or is a large one. */
export function asciiFrame(batch: Batch): string | undefined {
  if (!batch.isAscii) return undefined;
  const { json } = batch;
  const { length } = json;
  if (length >= 0x1_0000) return undefined;
  const header =
    HEADERS[length] ?? String.fromCharCode(FINAL_TEXT, SIXTEEN_BITS, length >> 8, length & 0xff);
  return header + json;
}

/** One final, unmasked text frame, as a server sends it. `isAscii`: the text is known to be nothing else. */
export function frameText(text: string, isAscii = false): Buffer {
  const length = isAscii ? text.length : Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerLength(length) + length);
  frame[0] = FINAL_TEXT;
  // The same bytes, but copied as they are instead of looked at.
  frame.write(text, writeLength(frame, length), isAscii ? "latin1" : "utf8");
  return frame;
}

function headerLength(length: number): number {
  if (length < SIXTEEN_BITS) return 2;
  return length < 0x1_0000 ? 4 : 10;
}

/** Returns where the payload begins. */
function writeLength(frame: Buffer, length: number): number {
  if (length < SIXTEEN_BITS) return frame.writeUInt8(length, 1);
  if (length < 0x1_0000) {
    frame[1] = SIXTEEN_BITS;
    return frame.writeUInt16BE(length, 2);
  }
  frame[1] = SIXTY_FOUR_BITS;
  return frame.writeBigUInt64BE(BigInt(length), 2);
}
