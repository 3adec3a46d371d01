import type { BatchEncoder } from "@encke/core";

const FINAL_TEXT = 0x81;
const SIXTEEN_BITS = 126;
const SIXTY_FOUR_BITS = 127;

/**
 * The one object to hand to {@link Batch.as}, so that a batch is framed once for all sockets it goes to.
 * @see https://datatracker.ietf.org/doc/html/rfc6455#section-5.2
 */
export const frameEncoder: BatchEncoder<Buffer> = { encode: frameText };

/** One final, unmasked text frame, as a server sends it. */
export function frameText(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerLength(length) + length);
  frame[0] = FINAL_TEXT;
  frame.write(text, writeLength(frame, length));
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
