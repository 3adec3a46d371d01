import type { EncodedMessage } from "./batch.ts";

const NOT_ASCII = /[\u0080-\uffff]/;

/** What was asked for last: a message of which nothing is known is measured for the mailboxes, and once more when it is joined. */
let lastText = "";
let lastBytes = 0;

/** Bytes of the text in UTF-8. */
export function byteLength(text: string): number {
  if (text === lastText) return lastBytes;
  // Looked through many times as fast as character by character; most texts are nothing else.
  const bytes = NOT_ASCII.test(text) ? countBytes(text) : text.length;
  lastText = text;
  lastBytes = bytes;
  return bytes;
}

/** The same of a message's JSON. Most are known to be ASCII since they were written. */
export function byteLengthOf({ json, isAscii }: EncodedMessage): number {
  return isAscii === true ? json.length : byteLength(json);
}

/** True when the text has one byte for each character. */
export function isAsciiText(text: string): boolean {
  return byteLength(text) === text.length;
}

function countBytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    // Both halves of a surrogate pair count two, which makes the four bytes of the pair.
    bytes += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
  }
  return bytes;
}
