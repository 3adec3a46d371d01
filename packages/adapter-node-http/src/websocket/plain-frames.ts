import { isUtf8 } from "node:buffer";
import { Socket } from "node:net";
import { type Duplex, Readable } from "node:stream";
import type { WebSocket } from "ws";

/** What the library keeps of a socket beside what it documents. Where it keeps something else, no frame is plain. */
interface Inner {
  readonly _receiver?: {
    /** 0 between two frames. */
    readonly _state: number;
    readonly _bufferedBytes: number;
    /** The opcode of a message of which more fragments will come, or 0. */
    readonly _fragmented: number;
  };
}

/** @see https://datatracker.ietf.org/doc/html/rfc6455#section-5.2 */
const FINAL_TEXT = 0x81;
const MASKED = 0x80;
const SIXTEEN_BITS = 126;
const MASK_LENGTH = 4;
/** Of a frame with a mask. */
const SHORTEST_HEADER = 2 + MASK_LENGTH;
/** The most that node reads at a time. */
const MOST_READ = 65_536;
const NOT_ASCII = 0x80808080;

const { push } = Readable.prototype;

/** Who is told what comes on a socket. */
export interface FrameReader {
  readonly webSocket: WebSocket;
  /** Bytes that a frame may have. */
  readonly frameLimit: number;
  onText(text: string): void;
}

const READER = Symbol("reader");

interface ReadSocket extends Socket {
  [READER]: FrameReader;
}

/**
 * Hands on the text of frames that came whole and are all that they should be, past the library and the two streams that a
 * frame goes through there: together they cost as much as to process most messages, four tenths of it for taking off the mask byte by
 * byte. Whatever else comes goes to the library as before, beginning with the first byte that is not of a plain frame.
 */
export function readPlainFrames(raw: Duplex, reader: FrameReader): void {
  if (!(raw instanceof Socket) || raw.push !== push) return;
  // No closures: there would be two for each idle socket.
  (raw as ReadSocket)[READER] = reader;
  raw.push = pushFrames;
}

/** Takes the place of the stream's own `push`, which node calls with all that it has read. */
function pushFrames(this: Socket, chunk: unknown, encoding?: BufferEncoding): boolean {
  const reader = (this as ReadSocket)[READER];
  if (!(chunk instanceof Uint8Array) || !isBetweenFrames(this, reader.webSocket)) {
    return push.call(this, chunk, encoding);
  }
  const read = readFrames(chunk as Buffer, reader);
  if (read === 0) return push.call(this, chunk);
  return read === chunk.length || this.destroyed || push.call(this, chunk.subarray(read));
}

/** True where all that came before has been read, and nobody but the library would read what comes now. */
function isBetweenFrames(raw: Socket, webSocket: WebSocket): boolean {
  const receiver = (webSocket as WebSocket & Inner)._receiver;
  return (
    webSocket.readyState === webSocket.OPEN &&
    receiver?._state === 0 &&
    receiver._bufferedBytes === 0 &&
    receiver._fragmented === 0 &&
    raw.readableFlowing === true &&
    raw.readableLength === 0 &&
    raw.listenerCount("data") === 1
  );
}

/** Returns how many bytes of the chunk were of plain frames. */
function readFrames(chunk: Buffer, reader: FrameReader): number {
  if (chunk.length > MOST_READ) return 0;
  let at = 0;
  while (chunk.length - at >= SHORTEST_HEADER && chunk[at] === FINAL_TEXT) {
    const short = (chunk[at + 1] as number) ^ MASKED;
    if (short > SIXTEEN_BITS) break;
    const isShort = short < SIXTEEN_BITS;
    const length = isShort ? short : chunk.readUInt16BE(at + 2);
    const start = at + SHORTEST_HEADER + (isShort ? 0 : 2);
    if (start + length > chunk.length || length > reader.frameLimit) break;
    const text = textOf(chunk, start, start + length);
    if (text === undefined) break;
    at = start + length;
    reader.onText(text);
  }
  copied = undefined;
  return at;
}

/** One for all: what it holds is of no meaning once there is a string. */
const scratch = Buffer.from(new ArrayBuffer(MOST_READ));
const scratchWords = new Int32Array(scratch.buffer);
const keyBytes = new Uint8Array(4);
const keyWord = new Int32Array(keyBytes.buffer);
/** What is in it. */
let copied: Buffer | undefined;

/** The payload from `start` to `end`, before which there is its mask. Undefined: it is no text. The chunk stays as it is. */
function textOf(chunk: Buffer, start: number, end: number): string | undefined {
  if (copied !== chunk) {
    scratch.set(chunk);
    copied = chunk;
  }
  if ((unmask(chunk, start, end) & NOT_ASCII) === 0) return scratch.toString("latin1", start, end);
  return isUtf8(scratch.subarray(start, end)) ? scratch.toString("utf8", start, end) : undefined;
}

/** Takes the mask off what is in the scratch, four bytes at a time. Returns all bits that are set somewhere. */
function unmask(chunk: Buffer, start: number, end: number): number {
  let seen = 0;
  let at = start;
  for (; at < end && (at & 3) !== 0; at++) seen |= unmaskByte(chunk, start, at);
  for (let index = 0; index < 4; index++) keyBytes[index] = maskAt(chunk, start, at + index);
  const key = keyWord[0] as number;
  for (; at + 4 <= end; at += 4) {
    const word = (scratchWords[at >> 2] as number) ^ key;
    scratchWords[at >> 2] = word;
    seen |= word;
  }
  for (; at < end; at++) seen |= unmaskByte(chunk, start, at);
  return seen;
}

function unmaskByte(chunk: Buffer, start: number, at: number): number {
  const byte = (scratch[at] as number) ^ maskAt(chunk, start, at);
  scratch[at] = byte;
  return byte;
}

/** The byte of the mask that lies upon the byte at this place of the payload. */
function maskAt(chunk: Buffer, start: number, at: number): number {
  return chunk[start - MASK_LENGTH + ((at - start) & 3)] as number;
}
