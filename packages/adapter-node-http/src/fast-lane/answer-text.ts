import type { Batch } from "@encke/core";
import { JSON_ANSWER } from "../http/answer.ts";
import { dateLine, endOfLastingHead, linesOf } from "../http/head-text.ts";

/** All that is to be said. */
export interface AnswerParts {
  readonly messages: Batch;
  /** The value of `Set-Cookie`. */
  readonly cookie: string | undefined;
  /** Names and values by turns. */
  readonly headers: readonly string[];
  /** The connection ends with this answer. */
  readonly isLast: boolean;
  /** `keepAliveTimeout` of the server. */
  readonly keepAliveTimeout: number;
}

const FIXED = linesOf(JSON_ANSWER.headers);

/** Head and body, with the headers in the order in which node:http would write them. */
export function answerText(parts: AnswerParts): string {
  const { messages, cookie, headers } = parts;
  const { json } = messages;
  const first = cookie === undefined ? "" : `Set-Cookie: ${cookie}\r\n`;
  const length = messages.isAscii ? json.length : Buffer.byteLength(json);
  const lines = headers.length === 0 ? "" : linesOf(headers);
  const last = endOfHead(parts.isLast, parts.keepAliveTimeout);
  return `HTTP/1.1 200 OK\r\n${first}${FIXED}Content-Length: ${length}\r\n${lines}${last}${json}`;
}

function endOfHead(isLast: boolean, keepAliveTimeout: number): string {
  if (!isLast) return endOfLastingHead(keepAliveTimeout);
  return `Connection: close\r\n${dateLine()}\r\n`;
}
