import { ServerResponse } from "node:http";
import type { NodeResponse } from "../node-messages.ts";
import { endOfLastingHead, linesOf } from "./head-text.ts";

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
  const length = `Content-Length: ${text.length}\r\n`;
  const others = more.length === 0 ? "" : linesOf(more);
  const head =
    beginningOf(headers) + length + others + endOfLastingHead(response._keepAliveTimeout);
  response.statusMessage = "OK";
  response._header = head;
  response._headerSent = true;
  socket.write(head + text, "latin1");
  response.end();
  return true;
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

const beginnings = new WeakMap<readonly string[], string>();

function beginningOf(headers: readonly string[]): string {
  const known = beginnings.get(headers);
  if (known !== undefined) return known;
  const beginning = `HTTP/1.1 200 OK\r\n${linesOf(headers)}`;
  beginnings.set(headers, beginning);
  return beginning;
}
