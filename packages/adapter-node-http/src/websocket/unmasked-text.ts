import { isUtf8 } from "node:buffer";

/** Bytes of a mask. It stands before what it lies upon. */
export const MASK_LENGTH = 4;
const NOT_ASCII = 0x80808080;
/** The most that node reads at a time. */
const MOST = 65_536;

/** Where masks are taken off, so that the bytes that came stay as they are. What is in it is of no meaning between two calls. */
const bytes = Buffer.from(new ArrayBuffer(MOST + MASK_LENGTH));
const words = new Int32Array(bytes.buffer);

/**
 * The text of a mask and the payload under it, four bytes at a time: the library goes byte by byte. Undefined: it is
 * no UTF-8, or longer than anything that node reads at once.
 * @see https://datatracker.ietf.org/doc/html/rfc6455#section-5.3
 */
export function unmaskedText(masked: Uint8Array): string | undefined {
  const { length } = masked;
  if (length > MOST) return undefined;
  bytes.set(masked);
  // The mask goes on to the end of the last word, where it makes nought of itself.
  for (let at = length; (at & 3) !== 0; at++) bytes[at] = bytes[at & 3] as number;
  if ((unmaskWords(length) & NOT_ASCII) === 0) return bytes.toString("latin1", MASK_LENGTH, length);
  return isUtf8(bytes.subarray(MASK_LENGTH, length))
    ? bytes.toString("utf8", MASK_LENGTH, length)
    : undefined;
}

/** Returns all bits that are set in some word. */
function unmaskWords(length: number): number {
  const mask = words[0] as number;
  const end = (length + 3) >> 2;
  let seen = 0;
  for (let at = 1; at < end; at++) {
    const word = (words[at] as number) ^ mask;
    words[at] = word;
    seen |= word;
  }
  return seen;
}
