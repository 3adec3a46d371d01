import { Socket } from "node:net";
import { type Duplex, Readable } from "node:stream";
import type { WebSocket } from "ws";
import { FINAL_TEXT, SIXTEEN_BITS } from "./frame.ts";
import { isBetweenMessages, receiverOf } from "./receiver-of.ts";
import { MASK_LENGTH, unmaskedText } from "./unmasked-text.ts";

const MASKED = 0x80;
/** Of a frame with a mask. */
const SHORTEST_HEADER = 2 + MASK_LENGTH;

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
 * frame goes through there: together they cost as much as to process most messages. Whatever else comes goes to the
 * library as before, beginning with the first byte that is not of a plain frame.
 */
export function readPlainFrames(raw: Duplex, reader: FrameReader): void {
  // Another stream waits to be asked for more, and is asked by the `push` that it would go past.
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
  return read === chunk.length || push.call(this, chunk.subarray(read));
}

/** True where all that came before has been read, and nobody but the library would read what comes now. */
function isBetweenFrames(raw: Socket, webSocket: WebSocket): boolean {
  const receiver = receiverOf(webSocket);
  return (
    receiver !== undefined &&
    isBetweenMessages(receiver) &&
    raw.readableFlowing === true &&
    raw.readableLength === 0 &&
    raw.listenerCount("data") === 1
  );
}

/** Returns how many bytes of the chunk were of plain frames. */
function readFrames(chunk: Buffer, reader: FrameReader): number {
  let at = 0;
  while (chunk.length - at >= SHORTEST_HEADER && chunk[at] === FINAL_TEXT) {
    // More than sixteen bits also where there is no mask.
    const short = (chunk[at + 1] as number) ^ MASKED;
    if (short > SIXTEEN_BITS) break;
    const isShort = short < SIXTEEN_BITS;
    const length = isShort ? short : chunk.readUInt16BE(at + 2);
    const mask = at + (isShort ? 2 : 4);
    const end = mask + MASK_LENGTH + length;
    if (end > chunk.length || length > reader.frameLimit) break;
    const text = unmaskedText(chunk.subarray(mask, end));
    if (text === undefined) break;
    at = end;
    reader.onText(text);
  }
  return at;
}
