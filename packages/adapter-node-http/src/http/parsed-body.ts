import { IncomingMessage } from "node:http";
import type { NodeRequest } from "../node-messages.ts";

/** What node:http keeps of a request beside what it documents. */
interface Inner {
  /** True when somebody reads the body, so that the rest of it need not be read away behind the answer. */
  _consuming: boolean;
  readonly _readableState: { ended: boolean; endEmitted: boolean };
}

type PlainRequest = IncomingMessage & Inner;

const EVENTS = ["data", "end", "close", "readable"] as const;
const { push } = IncomingMessage.prototype;

/**
 * Hands a body on, piece by piece and then null, as the parser brings it, past the stream that the request is: most bodies
 * are one piece that is there already, and to send it through the buffer, the ticks and the events of a stream is a tenth of what
 * a poll costs. The request has ended then, as far as anybody can see, but has told nobody. False, and nothing is done: somebody
 * has a hand in this request, and its body is to be read as a stream.
 */
export function readAsParsed(
  request: NodeRequest,
  onPiece: (piece: Buffer | null) => void,
): boolean {
  if (!isPlain(request)) return false;
  request._consuming = true;
  request.push = (piece: Buffer | null): boolean => {
    if (piece === null) {
      // What collects the body need not be kept for as long as the answer is held.
      request.push = push;
      request._readableState.ended = true;
      request._readableState.endEmitted = true;
    }
    onPiece(piece);
    return true;
  };
  return true;
}

/** What still comes goes into the stream again. */
export function readAsStream(request: NodeRequest): void {
  if (!Object.hasOwn(request, "push")) return;
  delete (request as Partial<IncomingMessage>).push;
  (request as PlainRequest)._consuming = false;
}

/** True where nothing has come yet, and nobody has begun to read or waits for something to happen to the request. */
function isPlain(request: NodeRequest): request is PlainRequest {
  return (
    request instanceof IncomingMessage &&
    request.push === push &&
    !request.complete &&
    request.readableFlowing === null &&
    request.readableLength === 0 &&
    EVENTS.every((event) => request.listenerCount(event) === 0)
  );
}
