import type { Readable } from "node:stream";
import type { Message } from "@encke/core";
import type { PeerListener } from "../peer.ts";

const OK = 200;

/** Reads an HTTP answer and tells the listener what it was. One that breaks off tells it nothing. */
export function readAnswer(stream: Readable, status: number, listener: PeerListener): void {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => {
    if (status !== OK) return listener.onRefused(status);
    listener.onMessages(JSON.parse(Buffer.concat(chunks).toString()) as readonly Message[]);
  });
}
