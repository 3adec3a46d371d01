import { Socket } from "node:net";
import { getSystemErrorName } from "node:util";

/** The number of a request that is not under way. */
const IDLE = -1;

/** What node writes with. None of it is documented. */
interface Handle {
  /** 0: the bytes have left, or will, and the request is under way until then. Anything else is an error. */
  writeBuffer?: (request: WriteRequest, bytes: Uint8Array) => number;
}

interface WriteRequest {
  /** Keeps the bytes for as long as it is under way. */
  buffer?: Uint8Array;
  oncomplete?: (status: number) => void;
  getAsyncId(): number;
}

/** A socket of node, without TLS, and with no hand of others in its stream. */
export interface DirectSocket {
  readonly _handle?: Handle | null;
  destroy(cause?: Error): unknown;
}

/** Who writes. Nothing more may be written so until it is told that the bytes have left. */
export interface DirectWriter {
  onLeft(): void;
}

/** The request for what is written next. False: node is not as it was, and undefined: that is not known yet. */
let next: WriteRequest | false | undefined;

const { write } = Socket.prototype;

export function isDirectSocket(sink: object): sink is DirectSocket {
  return sink.constructor === Socket && (sink as Socket).write === write;
}

/**
 * Writes past the socket's stream, in which nothing may wait. Node makes a request for each write and throws it away, although
 * the system mostly takes the bytes at once: a request that was not needed will do for all sockets. Saves a tenth of what a
 * message to a WebSocket costs.
 *
 * Answers with the bytes that have not left yet: the writer is told when they have, or never will. Undefined: nothing was
 * written, and the stream has to do it.
 */
export function writeDirectly(
  socket: DirectSocket,
  bytes: Uint8Array,
  writer: DirectWriter,
): number | undefined {
  const { _handle: handle } = socket;
  if (next === undefined) learnFrom(handle);
  if (!next) return undefined;
  const request = next;
  const status = handle?.writeBuffer?.(request, bytes);
  if (status === 0 && request.getAsyncId() === IDLE) return 0;
  next = another(request);
  // What has failed will fail in the stream as well, which says so as it always does.
  if (status !== 0) return undefined;
  request.buffer = bytes;
  request.oncomplete = (result) => {
    if (result < 0) socket.destroy(new Error(`write ${getSystemErrorName(result)}`));
    writer.onLeft();
  };
  return bytes.length;
}

/** Looks at the request that node makes for what is written next through the stream. */
function learnFrom(handle: Handle | null | undefined): void {
  const { writeBuffer } = handle ?? {};
  if (handle == null || writeBuffer === undefined || Object.hasOwn(handle, "writeBuffer")) return;
  handle.writeBuffer = function (this: Handle, request, bytes) {
    delete this.writeBuffer;
    next = another(request);
    return writeBuffer.call(this, request, bytes);
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
