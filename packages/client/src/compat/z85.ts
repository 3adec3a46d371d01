/** @see https://rfc.zeromq.org/spec/32/ */
const ALPHABET =
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/** What is taken for bytes: numbers from 0 to 255 as well. A view stands for what it shows. */
export type Bytes = ArrayBuffer | ArrayBufferView | readonly number[];

/** Text for bytes. Four of them become five characters; fewer at the end become as many characters and one more. */
export const Z85 = {
  encode(bytes: Bytes): string {
    const all = bytesOf(bytes);
    const groups = Array.from({ length: Math.ceil(all.length / 4) }, (_, group) =>
      encodeGroup(all.subarray(group * 4, group * 4 + 4)),
    );
    return groups.join("");
  },

  /** Throws where it is no such text. */
  decode(text: string): ArrayBuffer {
    const groups = text.match(/.{1,5}/gs) ?? [];
    return Uint8Array.from(groups.flatMap(decodeGroup)).buffer;
  },
};

function bytesOf(bytes: Bytes): Uint8Array {
  if (ArrayBuffer.isView(bytes)) {
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  if (bytes instanceof ArrayBuffer || Array.isArray(bytes)) return new Uint8Array(bytes);
  throw new TypeError("These are no bytes.");
}

function encodeGroup(bytes: Uint8Array): string {
  let rest = [0, 1, 2, 3].reduce((sum, index) => sum * 256 + (bytes[index] ?? 0), 0);
  const characters = Array.from({ length: 5 }, () => {
    const character = ALPHABET.charAt(rest % 85);
    rest = Math.floor(rest / 85);
    return character;
  });
  return characters
    .reverse()
    .join("")
    .slice(0, bytes.length + 1);
}

/** What is missing counts as the highest digit, so that the bytes which are there come out right. */
function decodeGroup(text: string): number[] {
  const digits = Array.from(text.padEnd(5, "#"), (character) => ALPHABET.indexOf(character));
  const word = digits.reduce((sum, digit) => sum * 85 + digit, 0);
  if (text.length === 1 || digits.includes(-1) || word >= 2 ** 32) {
    throw new TypeError("This is no Z85.");
  }
  return [24, 16, 8, 0].slice(0, text.length - 1).map((shift) => (word >>> shift) & 255);
}
