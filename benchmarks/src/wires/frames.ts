const TEXT = 0x1;
const PING = 0x9;
const PONG = 0xa;
const FINAL = 0x80;
const MASKED = 0x80;
/** Any mask serves, but for zeros: servers may take a short cut for those. */
const MASK: Buffer = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** One text frame as a client sends it. */
export function textFrame(text: string): Buffer {
  return clientFrame(TEXT, Buffer.from(text));
}

function clientFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length > 0xffff) throw new RangeError("Frames of this size are not sent here.");
  const isShort = length < 126;
  const header = Buffer.alloc(isShort ? 2 : 4);
  header[0] = FINAL | opcode;
  header[1] = MASKED | (isShort ? length : 126);
  if (!isShort) header.writeUInt16BE(length, 2);
  const masked = payload.map((byte, index) => byte ^ (MASK[index & 3] as number));
  return Buffer.concat([header, MASK, masked]);
}

export interface FrameListener {
  onText(payload: Buffer): void;
  /** The bytes to answer a ping with. */
  onPing(pong: Buffer): void;
  /** A frame that no server sends here: binary, fragmented, a close. */
  onUnexpected(opcode: number, payload: Buffer): void;
}

/** Takes a server's frames out of what a socket reads, wherever it was cut. */
export class FrameReader {
  readonly #listener: FrameListener;
  #rest: Buffer | undefined;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= 2) {
      const start = at + headerLength(bytes[at + 1] as number);
      if (start > bytes.length) break;
      const end = start + payloadLength(bytes, at);
      if (end > bytes.length) break;
      this.#pass(bytes[at] as number, bytes.subarray(start, end));
      at = end;
    }
    this.#rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : undefined;
  }

  #pass(first: number, payload: Buffer): void {
    if (first === (FINAL | TEXT)) this.#listener.onText(payload);
    else if (first === (FINAL | PING)) this.#listener.onPing(clientFrame(PONG, payload));
    else this.#listener.onUnexpected(first & 0xf, payload);
  }
}

function headerLength(second: number): number {
  if (second < 126) return 2;
  return second === 126 ? 4 : 10;
}

function payloadLength(bytes: Buffer, at: number): number {
  const second = bytes[at + 1] as number;
  if (second < 126) return second;
  return second === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
}
