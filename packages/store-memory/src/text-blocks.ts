/** Web standards that all runtimes have. It is said here what they are, for the types of none of them are used. */
declare const TextEncoder: new () => {
  encodeInto(text: string, into: Uint8Array): { readonly read: number; readonly written: number };
};
declare const TextDecoder: new () => {
  decode(bytes: Uint8Array): string;
};

/** Blocks that are kept for texts to come. */
const MOST_SPARE = 4;

/** Texts one after the other, each character a byte. */
export interface TextBlock {
  readonly bytes: Uint8Array;
  /** How many of them have not been forgotten. */
  texts: number;
}

/**
 * Texts in pieces of memory that are used again and again. Many texts are encoded together: for each alone, it would take
 * as long as the garbage collector takes for a string that stays.
 */
export class TextBlocks {
  static readonly blockLength = 8_192;
  /** Longer ones are one object for the garbage collector, however they are kept, and would leave much of a block empty. */
  static readonly longest = 1_024;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  readonly #spare: TextBlock[] = [];

  /** Undefined: they are not all ASCII, or there are none. Together they are not longer than a block. */
  encode(texts: readonly string[]): TextBlock | undefined {
    if (texts.length === 0) return undefined;
    const all = texts.join("");
    const block = this.#spare.pop() ?? { bytes: new Uint8Array(TextBlocks.blockLength), texts: 0 };
    const { read, written } = this.#encoder.encodeInto(all, block.bytes);
    block.texts = texts.length;
    // What is not ASCII takes more than a byte for a character, or does not even fit.
    if (read === all.length && written === read) return block;
    this.#spare.push(block);
    return undefined;
  }

  decode({ bytes }: TextBlock, start: number, length: number): string {
    return this.#decoder.decode(bytes.subarray(start, start + length));
  }

  /** One of the texts is not needed any more. */
  forgetOne(block: TextBlock): void {
    block.texts--;
    if (block.texts === 0 && this.#spare.length < MOST_SPARE) this.#spare.push(block);
  }
}
