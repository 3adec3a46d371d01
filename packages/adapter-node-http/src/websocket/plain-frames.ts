import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import {
  isStreamIdle,
  type PastSocket,
  passOn,
  READER,
  readPast,
  received,
} from "../reading/read-past.ts";
import { FINAL_TEXT, SIXTEEN_BITS } from "./frame.ts";
import { isBetweenMessages, receiverOf } from "./receiver-of.ts";
import { MASK_LENGTH, unmaskedText } from "./unmasked-text.ts";

const MASKED = 0x80;
/** Of a frame with a mask. */
const SHORTEST_HEADER = 2 + MASK_LENGTH;

/** Who is told what comes on a socket. */
export interface FrameReader {
  readonly webSocket: WebSocket;
  /** Bytes that a frame may have. */
  readonly frameLimit: number;
  onText(text: string): void;
}

/**
 * Hands on the text of frames that came whole and are all that they should be, past the library and the two streams that a
 * frame goes through there: together they cost as much as to process most messages. Whatever else comes goes to the
 * library as before, beginning with the first byte that is not of a plain frame. Does nothing where node is not as it was.
 */
export function readPlainFrames(raw: Duplex, reader: FrameReader): void {
  readPast(raw, reader, onRead);
}

function onRead(this: PastSocket<FrameReader>, length: number): boolean {
  const { [READER]: reader } = this;
  const isPlain = isBetweenFrames(this, reader.webSocket);
  const first = isPlain ? takeFrame(0, length, reader.frameLimit) : undefined;
  if (first === undefined) return passOn(this, 0, length);
  if (end < length) return readOn(this, first, length);
  // Nearly always there is nothing behind it.
  reader.onText(first);
  return true;
}

/** The first frame has been taken, and there is more. */
function readOn(socket: PastSocket<FrameReader>, first: string, length: number): boolean {
  const { [READER]: reader } = socket;
  const texts: string[] = [];
  for (let text: string | undefined = first; text !== undefined; ) {
    texts.push(text);
    text = takeFrame(end, length, reader.frameLimit);
  }
  // Before anybody is told: what is done then may lead to a read of another socket, where one is inside another.
  const rest = end === length ? undefined : Buffer.from(received.subarray(end, length));
  for (const text of texts) reader.onText(text);
  return rest === undefined || socket.push(rest);
}

/** True where all that came before has been read, and nobody but the library would read what comes now. */
function isBetweenFrames(raw: Duplex, webSocket: WebSocket): boolean {
  const receiver = receiverOf(webSocket);
  return receiver !== undefined && isBetweenMessages(receiver) && isStreamIdle(raw);
}

/** Where the frame ends that was taken last. */
let end = 0;

/** The text of the frame that begins at `at`, of `length` bytes that have been read. Undefined: there is no plain one. */
function takeFrame(at: number, length: number, limit: number): string | undefined {
  if (length - at < SHORTEST_HEADER || received[at] !== FINAL_TEXT) return undefined;
  // More than sixteen bits also where there is no mask.
  const short = (received[at + 1] as number) ^ MASKED;
  if (short > SIXTEEN_BITS) return undefined;
  const isShort = short < SIXTEEN_BITS;
  const size = isShort ? short : received.readUInt16BE(at + 2);
  const mask = at + (isShort ? 2 : 4);
  const after = mask + MASK_LENGTH + size;
  if (after > length || size > limit) return undefined;
  const text = unmaskedText(received.subarray(mask, after));
  if (text !== undefined) end = after;
  return text;
}
