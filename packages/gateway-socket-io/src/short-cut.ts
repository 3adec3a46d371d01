import type { ServerResponse } from "node:http";
import { sendAnswer } from "@encke/adapter-node-http";
import type { Socket } from "engine.io";
import type { Text } from "./packets.ts";

type Transport = Socket["transport"];

/** What the transports of the library have, beside what their types tell. */
interface WebSocketTransport extends Transport {
  readonly socket: {
    readonly readyState: number;
    readonly bufferedAmount: number;
    readonly _sender: { sendFrame(frames: readonly Buffer[]): void };
  };
}

interface PollingTransport extends Transport {
  /** The poll that is held. */
  readonly req: PollRequest | null | undefined;
  readonly res: ServerResponse;
  /** There is a word to be said after the next messages. */
  readonly shouldClose?: unknown;
}

interface PollRequest {
  readonly _query: { readonly sid?: string; readonly j?: string };
  /** Lets the transport take the next poll. */
  cleanup(): void;
}

const OPEN = 1;

/**
 * Hands a transport that has nothing else to send what it is to write, past the queue of the library and the events and
 * callbacks for each recipient that go with it, which cost as much as all else but the write. False: nothing was sent, and it
 * has to go the long way.
 */
export function sendNow({ readyState, transport }: Socket, text: Text): boolean {
  // As long as the transport is writable, nothing is in the queue either.
  if (readyState !== "open" || !transport.writable) return false;
  if (transport.name === "websocket") return sendFrames(transport as WebSocketTransport, text);
  return transport.name === "polling" && answerPoll(transport as PollingTransport, text);
}

function sendFrames({ socket }: WebSocketTransport, { frames }: Text): boolean {
  if (socket.readyState !== OPEN || socket.bufferedAmount > 0) return false;
  socket._sender.sendFrame(frames);
  return true;
}

function answerPoll(transport: PollingTransport, { payload, bytes }: Text): boolean {
  const { req, res } = transport;
  // The first answer has more headers, and the one for a script of a page another form.
  if (!req || req._query.sid === undefined || req._query.j !== undefined) return false;
  if (transport.shouldClose) return false;
  transport.writable = false;
  sendAnswer(res, 200, headersFor(bytes), payload);
  req.cleanup();
  return true;
}

function headersFor(bytes: number): readonly string[] {
  return [
    "Content-Type",
    "text/plain; charset=UTF-8",
    "Content-Length",
    String(bytes),
    "cache-control",
    "no-store",
  ];
}
