import type { Batch } from "@encke/core";
import { JSON_ANSWER } from "../http/answer.ts";
import { dateLine, endOfLastingHead, linesOf } from "../http/head-text.ts";
import { Heads } from "../http/heads.ts";

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

const STATUS = "HTTP/1.1 200 OK\r\n";
const FIXED = linesOf(JSON_ANSWER.headers);
const heads = new Heads(STATUS + FIXED);

/** Head and body, with the headers in the order in which node:http would write them. */
export function answerText(parts: AnswerParts): string {
  const { messages, cookie, headers, isLast } = parts;
  const { json } = messages;
  const length = messages.isAscii ? json.length : Buffer.byteLength(json);
  const end = isLast ? endOfLastHead() : endOfLastingHead(parts.keepAliveTimeout);
  if (cookie === undefined && headers.length === 0) return heads.kept(length, end) + json;
  const first = cookie === undefined ? "" : `Set-Cookie: ${cookie}\r\n`;
  return `${STATUS}${first}${FIXED}Content-Length: ${length}\r\n${linesOf(headers)}${end}${json}`;
}

function endOfLastHead(): string {
  return `Connection: close\r\n${dateLine()}\r\n`;
}
