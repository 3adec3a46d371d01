/** @see https://rfc.zeromq.org/spec/32/ */
const DIGITS =
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/** The value of each digit by its character code; -1 for what is none. */
const VALUES: readonly number[] = Array.from({ length: 128 }, (_, code) =>
  DIGITS.indexOf(String.fromCharCode(code)),
);

const BASE = 85;
const HIGHEST = BASE - 1;
const WORD = 2 ** 32;

/**
 * Five characters for each four bytes. One to three bytes at the end, of which Z85 knows nothing, become as many characters
 * and one more, as in CometD.
 */
export function encodeZ85(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4) {
    const size = Math.min(4, bytes.length - at);
    let word = 0;
    for (let index = 0; index < 4; index++) word = word * 256 + (bytes[at + index] ?? 0);
    text += digitsOf(word).slice(0, size + 1);
  }
  return text;
}

/** Undefined for a text that is not Z85: another character, a length that no bytes have, a group beyond 32 bits. */
export function decodeZ85(text: string): Uint8Array<ArrayBuffer> | undefined {
  const rest = text.length % 5;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array(Math.floor(text.length / 5) * 4 + Math.max(0, rest - 1));
  for (let at = 0, to = 0; at < text.length; at += 5, to += 4) {
    const word = wordAt(text, at);
    if (word === undefined) return undefined;
    // What is written past the end of the bytes is lost, as it must be.
    for (let index = 0; index < 4; index++) bytes[to + index] = word >>> (24 - 8 * index);
  }
  return bytes;
}

function digitsOf(word: number): string {
  let digits = "";
  let left = word;
  for (let index = 0; index < 5; index++) {
    digits = DIGITS.charAt(left % BASE) + digits;
    left = Math.floor(left / BASE);
  }
  return digits;
}

/** What is missing of the last group counts as the highest digit, so that the bytes which are there come out right. */
function wordAt(text: string, at: number): number | undefined {
  let word = 0;
  for (let index = at; index < at + 5; index++) {
    const value = index < text.length ? VALUES[text.charCodeAt(index)] : HIGHEST;
    if (value === undefined || value === -1) return undefined;
    word = word * BASE + value;
  }
  return word < WORD ? word : undefined;
}
