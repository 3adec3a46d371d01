import type { Awaitable, Message } from "@encke/core";
import type { CookieJar } from "./cookie-jar.ts";

/** What the kit hears of the other end. */
export interface PeerListener {
  /** An answer or a frame has come, whole. */
  onMessages(messages: readonly Message[]): void;
  /** A request was refused: with this HTTP status, or by closing with this code. */
  onRefused(code: number): void;
  /** The connection was closed by the server. Not called on transports without lasting connections. */
  onClosed(): void;
}

export interface PeerOptions {
  /** Sent with every request, or with the one that opens the connection. */
  readonly headers: Readonly<Record<string, string>>;
  /** The cookies of the browser that the peer is a page of. */
  readonly jar: CookieJar;
}

/** A client's end of the transport. The kit comes with peers for HTTP, HTTP/2 and WebSocket. */
export interface Peer {
  /** Sends one request: a body, a message of frames. The pieces leave one by one, a turn of the event loop apart. */
  send(pieces: readonly Uint8Array[]): void;
  /** Reads nothing more of what comes, until `resume`. */
  stall(): void;
  resume(): void;
  /** Goes away without a word. */
  leave(): Awaitable<void>;
}
