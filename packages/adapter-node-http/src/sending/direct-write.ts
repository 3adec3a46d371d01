import { Socket } from "node:net";
import { getSystemErrorName } from "node:util";

/** Bytes of what is written past a socket's stream. For more, what the stream costs matters little. */
export const MOST_DIRECTLY = 16_384;

/** The number of a request that is not under way. */
const IDLE = -1;

/** What node writes with. None of it is documented. */
export interface Handle {
  /** 0: the bytes have left, or will, and the request is under way until then. Anything else is an error. */
  writeBuffer?: (request: WriteRequest, bytes: Uint8Array) => number;
  /** The same, of a text of which each character is a byte. */
  writeLatin1String?: (request: WriteRequest, text: string) => number;
}

interface WriteRequest {
  /** Keeps the bytes for as long as it is under way. */
  buffer?: Uint8Array;
  oncomplete?: (status: number) => void;
  getAsyncId(): number;
}

/** Who writes. */
export interface DirectWriter {
  /** The bytes have left, or never will. */
  onLeft(): void;
  /** They never will: their socket is of no use any more. Called before {@link onLeft}. */
  onFailed(cause: Error): void;
}

/** The request for what is written next. False: node is not as it was, and undefined: that is not known yet. */
let next: WriteRequest | false | undefined;

const { write, _write, _writev } = Socket.prototype;

/**
 * What can be written with past the stream of a socket: one of node, without TLS, and with no hand of others in its stream.
 * Who keeps it saves looking for it, which takes as long as all else that is done here. When the socket has closed, writing
 * with it fails.
 */
export function directHandleOf(sink: object): Handle | undefined {
  if (sink.constructor !== Socket) return undefined;
  const socket = sink as Socket & { readonly _handle?: Handle | null };
  const isPlain = socket.write === write && socket._write === _write && socket._writev === _writev;
  return isPlain ? (socket._handle ?? undefined) : undefined;
}

/**
 * True where so many bytes may be written past the stream of the socket: nothing waits in it, and nobody has set a time in which
 * something must happen, as only the stream tells the socket that it has.
 */
export function isFreeFor(socket: Socket, length: number): boolean {
  return socket.writableLength === 0 && !socket.timeout && length <= MOST_DIRECTLY;
}

/** As they are, or as a text of which each character is one: for what goes to one socket only, to make bytes of it costs more than to write it. */
export type Bytes = Uint8Array | string;

/**
 * Writes past the stream of a socket, in which nothing may wait, nor from an earlier call of this. Node makes a request for each
 * write and throws it away. It ties it to the write, and gives it a number, only where the system does not take all bytes
 * at once, which it mostly does: the same request will do for all sockets until then. Saves up to a tenth of what a message to a
 * WebSocket costs.
 *
 * Answers with 0, or with the number of bytes where not all have left. Undefined: nothing was written, and the stream has to do it.
 */
export function writeDirectly(
  handle: Handle,
  bytes: Bytes,
  writer: DirectWriter,
): number | undefined {
  if (next === undefined) learnFrom(handle);
  if (!next) return undefined;
  const request = next;
  const status =
    typeof bytes === "string"
      ? handle.writeLatin1String?.(request, bytes)
      : handle.writeBuffer?.(request, bytes);
  if (status === 0 && request.getAsyncId() === IDLE) return 0;
  next = another(request);
  // Nothing was written. The stream will say so if it fails as well.
  if (status !== 0) return undefined;
  // Of a text, node has copied what has not left.
  if (typeof bytes !== "string") request.buffer = bytes;
  request.oncomplete = (result) => {
    if (result < 0) writer.onFailed(failureOf(result));
    writer.onLeft();
  };
  return bytes.length;
}

/** As node makes it of what fails in the stream. */
function failureOf(errno: number): Error {
  const code = getSystemErrorName(errno);
  return Object.assign(new Error(`write ${code}`), { errno, code, syscall: "write" });
}

/** Looks at the request that node makes for what is written next through the stream, as bytes or as a text. */
function learnFrom(handle: Handle): void {
  const { writeBuffer, writeLatin1String } = handle;
  if (writeBuffer === undefined || writeLatin1String === undefined) return;
  if (Object.hasOwn(handle, "writeBuffer")) return;
  const learn = (request: WriteRequest): void => {
    delete handle.writeLatin1String;
    delete handle.writeBuffer;
    next = another(request);
  };
  handle.writeBuffer = (request, bytes) => {
    learn(request);
    return writeBuffer.call(handle, request, bytes);
  };
  handle.writeLatin1String = (request, text) => {
    learn(request);
    return writeLatin1String.call(handle, request, text);
  };
}

function another(request: WriteRequest): WriteRequest | false {
  try {
    const made: WriteRequest = new (request.constructor as new () => WriteRequest)();
    return made.getAsyncId() === IDLE && made;
  } catch {
    return false;
  }
}
