import type { Readable } from "node:stream";
import type { Message } from "@encke/core";
import type { PeerListener } from "../peer.ts";

const OK = 200;
const LINES = "application/x-ndjson";

export interface AnswerHead {
  readonly status: number;
  readonly type: string | undefined;
}

/** Reads an HTTP answer and tells the listener what it was. One that breaks off tells it nothing more. */
export function readAnswer(stream: Readable, head: AnswerHead, listener: PeerListener): void {
  if (head.status === OK && head.type?.startsWith(LINES)) readLines(stream, listener);
  else readWhole(stream, head.status, listener);
}

function readWhole(stream: Readable, status: number, listener: PeerListener): void {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => {
    if (status !== OK) listener.onRefused(status);
    else tell(Buffer.concat(chunks).toString(), listener);
  });
}

/** Each line counts when it is there. */
function readLines(stream: Readable, listener: PeerListener): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) tell(line, listener);
  });
}

function tell(json: string, listener: PeerListener): void {
  const messages = JSON.parse(json) as readonly Message[];
  // An empty array is a sign of life.
  if (messages.length > 0) listener.onMessages(messages);
}
