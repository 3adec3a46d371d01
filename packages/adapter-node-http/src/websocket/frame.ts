import type { BatchEncoder } from "@encke/core";
import type { Bytes } from "../sending/direct-write.ts";
import type { Sendable } from "../sending/outlet.ts";

/** The first byte of a frame that is a whole text. */
export const FINAL_TEXT = 0x81;
/** In the place of a length: it stands in the sixteen bits that follow. */
export const SIXTEEN_BITS = 126;
const SIXTY_FOUR_BITS = 127;

/** Characters of what is written as a text. */
const LONGEST_TEXT = 4_096;
/** Sockets for which it is: to make bytes of it for all of them costs as much as to copy it so often. */
const MOST_COPIES = 16;

/**
 * The one object to hand to `Batch.as`, so that a batch is framed once for all sockets it goes to.
 * @see https://datatracker.ietf.org/doc/html/rfc6455#section-5.2
 */
export const frameEncoder: BatchEncoder<Frame> = {
  encode: (json, _messages, isAscii) => new Frame(json, isAscii),
};

/** One final, unmasked text frame, as a server sends it. */
export class Frame implements Sendable {
  readonly #json: string;
  readonly #isAscii: boolean;
  #text: string | undefined;
  #copies = 0;
  #bytes: Buffer | undefined;

  /** `isAscii`: the JSON is known to be nothing else. */
  constructor(json: string, isAscii: boolean) {
    this.#json = json;
    this.#isAscii = isAscii;
  }

  get bytes(): Buffer {
    this.#bytes ??= frameText(this.#json, this.#isAscii);
    return this.#bytes;
  }

  forOneMore(): Bytes {
    const isText = this.#isAscii && this.#copies < MOST_COPIES && this.#json.length <= LONGEST_TEXT;
    if (!isText) return this.bytes;
    this.#copies++;
    this.#text ??= headerOf(this.#json.length) + this.#json;
    return this.#text;
  }
}

/** One final, unmasked text frame, as a server sends it. `isAscii`: the text is known to be nothing else. */
export function frameText(text: string, isAscii = false): Buffer {
  // The same bytes, but copied as they are instead of looked at.
  if (isAscii) return Buffer.from(headerOf(text.length) + text, "latin1");
  const length = Buffer.byteLength(text);
  const header = headerOf(length);
  const frame = Buffer.allocUnsafe(header.length + length);
  frame.write(header, "latin1");
  frame.write(text, header.length);
  return frame;
}

/** By the length of the text, for those with the shortest one. */
const SHORT_HEADERS = Array.from({ length: SIXTEEN_BITS }, (_, length) =>
  String.fromCharCode(FINAL_TEXT, length),
);

/** What comes before a text of so many bytes, each a character. */
function headerOf(length: number): string {
  const short = SHORT_HEADERS[length];
  if (short !== undefined) return short;
  const bytes = String.fromCharCode((length >>> 8) & 0xff, length & 0xff);
  if (length < 0x1_0000) return String.fromCharCode(FINAL_TEXT, SIXTEEN_BITS) + bytes;
  // A string has fewer characters than 32 bits can say.
  const upper = String.fromCharCode(0, 0, 0, 0, length >>> 24, (length >>> 16) & 0xff);
  return String.fromCharCode(FINAL_TEXT, SIXTY_FOUR_BITS) + upper + bytes;
}
