import { ServerResponse } from "node:http";
import type { NodeResponse } from "../node-messages.ts";

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

/** The same second after second, but for the date: what every answer of one kind begins with. */
class Beginning {
  readonly #lines: string;
  #second = 0;
  #keepAlive = 0;
  #text = "";

  constructor(headers: readonly string[]) {
    this.#lines = `HTTP/1.1 200 OK\r\n${linesOf(headers)}`;
  }

  /** `keepAlive`: milliseconds that the peer may let the connection lie idle; 0: it is not told. */
  textAt(now: number, keepAlive: number): string {
    const second = Math.floor(now / 1_000);
    if (second !== this.#second || keepAlive !== this.#keepAlive) {
      this.#second = second;
      this.#keepAlive = keepAlive;
      const date = new Date(now).toUTCString();
      const timeout = Math.floor(keepAlive / 1_000);
      const end = keepAlive > 0 ? `Keep-Alive: timeout=${timeout}\r\n` : "";
      this.#text = `${this.#lines}Date: ${date}\r\nConnection: keep-alive\r\n${end}`;
    }
    return this.#text;
  }
}

const beginnings = new WeakMap<readonly string[], Beginning>();

/**
 * Answers 200 with one write of one text: node:http takes every header of every answer apart and puts it together again,
 * which is a sixth of what a poll costs. `headers` are always the same array for the same kind of answer, `more` are those of
 * this one. False, and nothing is done: the answer is to be sent as everybody does it, because somebody has a hand in this
 * response, the connection ends with it, or the text is not ASCII.
 */
export function sendPrepared(
  response: NodeResponse,
  headers: readonly string[],
  more: readonly string[],
  text: string,
): boolean {
  if (!isPlain(response) || more.includes("Connection") || !isAscii(text)) return false;
  const { socket } = response;
  if (socket === null) return false;
  const beginning = beginningOf(headers).textAt(Date.now(), response._keepAliveTimeout);
  const head = `${beginning}${linesOf(more)}Content-Length: ${text.length}\r\n\r\n`;
  response.statusMessage = "OK";
  response._header = head;
  response._headerSent = true;
  socket.write(head + text, "latin1");
  response.end();
  return true;
}

/** Such a text is the same in both encodings, but is copied as it is in one and looked at character by character in the other. */
export function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
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

function beginningOf(headers: readonly string[]): Beginning {
  const known = beginnings.get(headers);
  if (known !== undefined) return known;
  const beginning = new Beginning(headers);
  beginnings.set(headers, beginning);
  return beginning;
}

function linesOf(headers: readonly string[]): string {
  let lines = "";
  for (let at = 0; at < headers.length; at += 2) lines += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return lines;
}
