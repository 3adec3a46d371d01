import { ServerResponse } from "node:http";
import type { Batch } from "@encke/core";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import { sendPrepared } from "./prepared-answer.ts";
import { wireOf } from "./wire.ts";

/** Never kept by a cache, never taken for something else than it says. */
export const EVERY_ANSWER: readonly string[] = [
  "Cache-Control",
  "no-store",
  "X-Content-Type-Options",
  "nosniff",
];

/** How messages are put into an answer: names and values of headers by turns, and the text around the JSON, which is ASCII. */
export interface AnswerForm {
  readonly headers: readonly string[];
  textOf(json: string): string;
}

export const JSON_ANSWER: AnswerForm = {
  headers: ["Content-Type", "application/json;charset=UTF-8", ...EVERY_ANSWER],
  textOf: (json) => json,
};

/** Answers with messages. `more` are headers of this answer beside those of its form. */
export function sendMessages(
  response: NodeResponse,
  form: AnswerForm,
  more: readonly string[],
  messages: Batch,
): void {
  const { headers } = form;
  const text = form.textOf(messages.json);
  if (messages.isAscii && sendPrepared(response, headers, more, text)) return;
  const length = String(Buffer.byteLength(text));
  sendAnswer(response, 200, [...headers, "Content-Length", length, ...more], text);
}

/** Answers in full. */
export function sendAnswer(
  response: NodeResponse,
  status: number,
  headers: readonly string[],
  text: string,
): void {
  writeHead(response, status, headers);
  endWith(response, text);
}

/**
 * The same as `response.end(text)`, which hands an HTTP/1 socket the text and then an empty piece, and so costs a `writev`
 * and all that node gathers for one: a tenth of what it takes to answer. A response that middleware has wrapped is
 * ended as everybody ends it.
 */
function endWith(response: NodeResponse, text: string): void {
  const { socket } = response;
  if (text === "" || !(response instanceof ServerResponse) || !socket || isWrapped(response)) {
    response.end(text);
    return;
  }
  socket.cork();
  response.write(text, isAscii(text) ? "latin1" : "utf8");
  socket.uncork();
  response.end();
}

/** Such a text is the same in both encodings, but is copied as it is in one and looked at character by character in the other. */
function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

function isWrapped(response: NodeResponse): boolean {
  return Object.hasOwn(response, "end") || Object.hasOwn(response, "write");
}

/** An answer without messages. */
export interface Refusal {
  readonly status: number;
  /** For a person to read. */
  readonly text: string;
  readonly headers?: readonly string[];
}

/** Does nothing when the request has been answered already. */
export function refuse(response: NodeResponse, refusal: Refusal): void {
  if (response.headersSent) return;
  sendAnswer(response, refusal.status, headersOf(refusal), bodyOf(refusal));
}

/**
 * Answers a request whose body is still on its way, and never will be wanted. What comes of it is thrown away
 * meanwhile: were the connection closed at once, a peer that is still sending would not see the answer.
 */
export function refuseWhileReceiving(
  request: NodeRequest,
  response: NodeResponse,
  refusal: Refusal,
): void {
  if (response.headersSent) return;
  writeHead(response, refusal.status, headersOf(refusal));
  (response as ServerResponse).write(bodyOf(refusal));
  request.once("end", () => response.end());
  request.resume();
}

/** Makes the connection end with this answer, where that is the way of the protocol. */
export function closeHeaders(request: NodeRequest): readonly string[] {
  return wireOf(request).hasConnectionHeader ? ["Connection", "close"] : [];
}

function headersOf(refusal: Refusal): readonly string[] {
  return [
    "Content-Type",
    "text/plain;charset=UTF-8",
    ...EVERY_ANSWER,
    "Content-Length",
    String(Buffer.byteLength(bodyOf(refusal))),
    ...(refusal.headers ?? []),
  ];
}

function bodyOf({ text }: Refusal): string {
  return `${text}\n`;
}

/** The first part of an answer of which the rest is written later. */
export function writeHead(
  response: NodeResponse,
  status: number,
  headers: readonly string[],
): void {
  // Middleware that wraps `writeHead` does not always know that headers may come as a flat array.
  if (!Object.hasOwn(response, "writeHead")) {
    (response as ServerResponse).writeHead(status, headers as string[]);
    return;
  }
  for (let at = 0; at < headers.length; at += 2) {
    response.setHeader(headers[at] as string, headers[at + 1] as string);
  }
  response.writeHead(status);
}
