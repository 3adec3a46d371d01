import { received } from "./read-past.ts";

const WORD = 4;
const receivedWords = new Int32Array(received.buffer);

/** That with which something may begin that is {@link received}. Compared four bytes at a time: to make a text of them costs ten times as much. */
export class Prefix {
  readonly #words: Int32Array;
  /** Of the last word: the bits that count. */
  readonly #lastMask: number;

  /** `text`: each character is a byte. */
  constructor(text: string) {
    const size = Math.ceil(text.length / WORD) * WORD;
    const bytes = Buffer.alloc(2 * size);
    bytes.write(text, "latin1");
    bytes.fill(0xff, size, size + text.length);
    const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / WORD);
    this.#words = words.slice(0, size / WORD);
    this.#lastMask = words.at(-1) ?? 0;
  }

  /** True when what has been received begins so. */
  isReceived(): boolean {
    const words = this.#words;
    const last = words.length - 1;
    for (let at = 0; at < last; at++) if (words[at] !== receivedWords[at]) return false;
    const difference = (words[last] as number) ^ (receivedWords[last] as number);
    return (difference & this.#lastMask) === 0;
  }
}
