import { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { NodeResponse } from "../node-messages.ts";
import {
  type DirectWriter,
  directHandleOf,
  isFreeFor,
  writeDirectly,
} from "../sending/direct-write.ts";
import { endOfLastingHead, linesOf } from "./head-text.ts";
import { Heads } from "./heads.ts";

/** What node:http keeps of a response beside what it documents. */
interface Inner {
  /** The head, as it is sent. With it, the response is one whose headers are sent. */
  _header: string | null;
  /** True when `end` has no head to send any more. */
  _headerSent: boolean;
  readonly _keepAliveTimeout: number;
  readonly _maxRequestsPerSocket: number | null | undefined;
  readonly shouldKeepAlive: boolean;
}

type PlainResponse = ServerResponse & Inner;

const { writeHead, write, end } = ServerResponse.prototype;

/**
 * Answers 200 with one write of one text: node:http takes every header of every answer apart and puts it together again,
 * which is a sixth of what a poll costs. `headers` are always the same array for the same kind of answer, `more` are those of
 * this one, and `text` is ASCII. False, and nothing is done: the answer is to be sent as everybody does it, because somebody
 * has a hand in this response, or the connection ends with it.
 */
export function sendPrepared(
  response: NodeResponse,
  headers: readonly string[],
  more: readonly string[],
  text: string,
): boolean {
  if (!isPlain(response) || more.includes("Connection")) return false;
  const { socket } = response;
  if (socket === null) return false;
  const end = endOfLastingHead(response._keepAliveTimeout);
  const heads = headsOf(headers);
  const head =
    more.length === 0
      ? heads.kept(text.length, end)
      : heads.fresh(text.length, linesOf(more) + end);
  response.statusMessage = "OK";
  response._header = head;
  response._headerSent = true;
  const leaving = writePast(socket, head + text, response);
  if (leaving === undefined) socket.write(head + text, "latin1");
  // Otherwise it ends when all of it has left: until then nobody may think so.
  if (!leaving) response.end();
  return true;
}

/** As `writeDirectly` answers. */
function writePast(socket: Socket, text: string, response: PlainResponse): number | undefined {
  if (!isFreeFor(socket, text.length)) return undefined;
  const handle = directHandleOf(socket);
  return handle && writeDirectly(handle, text, new Ending(response));
}

/** Ends a response whose text was on its way for a while. Of one that never arrived, its socket tells it. */
class Ending implements DirectWriter {
  readonly #response: PlainResponse;

  constructor(response: PlainResponse) {
    this.#response = response;
  }

  onFailed(cause: Error): void {
    this.#response.socket?.destroy(cause);
  }

  onLeft(): void {
    if (this.#response.socket?.destroyed === false) this.#response.end();
  }
}

/** True where nothing is left to node but to send: no middleware is in the way, and nobody has set anything. */
function isPlain(response: NodeResponse): response is PlainResponse {
  const inner = response as PlainResponse;
  return (
    inner.writeHead === writeHead &&
    inner.write === write &&
    inner.end === end &&
    inner._header === null &&
    inner.statusCode === 200 &&
    inner.sendDate &&
    inner.shouldKeepAlive &&
    !((inner._maxRequestsPerSocket ?? 0) > 0) &&
    inner.getHeaderNames().length === 0
  );
}

const headsByKind = new WeakMap<readonly string[], Heads>();

function headsOf(headers: readonly string[]): Heads {
  const known = headsByKind.get(headers);
  if (known !== undefined) return known;
  const made = new Heads(`HTTP/1.1 200 OK\r\n${linesOf(headers)}`);
  headsByKind.set(headers, made);
  return made;
}
