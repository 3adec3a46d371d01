/** What a frame is, by the number it has in the protocol. */
export const OPCODE = { continuation: 0, text: 1, close: 8, ping: 9, pong: 10 } as const;

const FINAL = 0x80;
const MASKED = 0x80;
const SIXTEEN_BITS = 126;
const SIXTY_FOUR_BITS = 127;

export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/**
 * A frame as a client sends it. Its mask is all zeros, which is one of the masks there are.
 * @see https://datatracker.ietf.org/doc/html/rfc6455#section-5.2
 */
export function clientFrame(opcode: number, payload: Uint8Array, isFinal: boolean): Buffer {
  const head = Buffer.alloc(14);
  const mask = Buffer.alloc(4);
  head[0] = isFinal ? FINAL | opcode : opcode;
  if (payload.length < SIXTEEN_BITS) {
    head[1] = MASKED | payload.length;
    return Buffer.concat([head.subarray(0, 2), mask, payload]);
  }
  head[1] = MASKED | SIXTY_FOUR_BITS;
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head.subarray(0, 10), mask, payload]);
}

/** Puts together again what comes in over a socket. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;
  #needed = 2;

  /** The frames that are complete with this chunk. */
  read(chunk: Buffer): readonly Frame[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const frames: Frame[] = [];
    while (this.#size >= this.#needed) {
      const frame = this.#next(Buffer.concat(this.#chunks));
      if (frame !== undefined) frames.push(frame);
    }
    return frames;
  }

  /** Takes the first frame, or finds out how many bytes it needs. */
  #next(bytes: Buffer): Frame | undefined {
    const [start, length] = extentOf(bytes);
    this.#needed = start + length;
    if (bytes.length < this.#needed) {
      this.#keep(bytes);
      return undefined;
    }
    this.#keep(bytes.subarray(this.#needed));
    this.#needed = 2;
    return {
      opcode: bytes.readUInt8(0) & 0x0f,
      payload: bytes.subarray(start, start + length),
    };
  }

  #keep(bytes: Buffer): void {
    this.#chunks = [bytes];
    this.#size = bytes.length;
  }
}

/** Where a server's payload starts, and how long it is, as far as that can be told. */
function extentOf(bytes: Buffer): readonly [start: number, length: number] {
  const short = bytes.readUInt8(1);
  if (short === SIXTEEN_BITS) return [4, bytes.length < 4 ? 0 : bytes.readUInt16BE(2)];
  if (short === SIXTY_FOUR_BITS) {
    return [10, bytes.length < 10 ? 0 : Number(bytes.readBigUInt64BE(2))];
  }
  return [2, short];
}
