import type { Cancel } from "../ports/ports.ts";
import type { Batch } from "../protocol/batch.ts";

/**
 * What an adapter supplies for one exchange: one HTTP request, one WebSocket frame. Core makes of it
 * an {@link ICometAsyncResult}. No method throws; each does nothing once the exchange is over.
 *
 * What the transport can do is told by which members there are: long polling has no `write`.
 */
export interface Responder {
  /** False after `end` or `abort`, and when the peer has gone. */
  readonly isOpen: boolean;
  /**
   * The last word. `onSettled`, given only where there is no `write`, is called once: with true when all of
   * it was handed to the network, with false when the peer went away before that.
   */
  end(body: Batch, onSettled?: (wasSent: boolean) => void): void;
  /**
   * Only on a transport that can send and stay open. False: taken, but the peer reads too slowly;
   * send no more until `onDrain`.
   */
  write?(body: Batch): boolean;
  /** Goes with `write`. Calls back once, when a peer that read too slowly has caught up. */
  onDrain?(listener: () => void): Cancel;
  /** Calls back once if the peer goes away while the exchange is open. */
  onClose(listener: () => void): Cancel;
  /** Breaks off: what has not left yet never will, and an `end` that has not settled settles with false. */
  abort(): void;
}

/** The long-living connection on which an exchange came in, where there is one: a WebSocket. */
export interface Connection {
  /** Ends the connection after what is queued on it has left. */
  close(): void;
}

/**
 * Who sent a request and how, as the adapter saw it. Handed to policies, events and handlers with each
 * message, so that nothing about a request is ever global.
 */
export interface RequestContext {
  /** The Bayeux connection type this exchange came over: `long-polling`, `websocket`, ... */
  readonly transport: string;
  /** Path and query of the request. */
  readonly url: string;
  /** The first value of a request header, its name in lower case. */
  header(name: string): string | undefined;
  /** The peer's address, as far as the adapter trusts what it was told of it. */
  readonly remoteAddress?: string;
  /** True over TLS. */
  readonly isSecure: boolean;
  /**
   * True where the peer may look at no answer before it has those to all its earlier requests (scripts of a page): a
   * held connect is then answered as soon as another request of the client has come.
   */
  readonly isReadInOrder?: boolean;
  /** True where exchanges share a connection, so that one that is held keeps no other waiting: HTTP/2. */
  readonly isMultiplexed?: boolean;
  /** The browser's identity that came with the request (a cookie). See {@link BrowserIdentity}. */
  readonly browser?: BrowserIdentity;
  readonly connection?: Connection;
  /**
   * Makes the secret id of a client that shakes hands here, in place of the option `clientIds`: for a protocol whose clients
   * come back with something else, of which the id can be made again. The same is asked of it as of an
   * {@link IClientIdGenerator}.
   */
  newClientId?(): string;
  /** Called when a message of this exchange belonged to a live client or made one. */
  onClient?(clientId: string): void;
}

/**
 * Ties clients to the browser that made them, so that a stolen client id is worth nothing elsewhere.
 * A peer that does not keep cookies presents none, ever. What an object says here never changes: a client that was compared with
 * one is not compared with it again.
 */
export interface BrowserIdentity {
  /** What the request carried. */
  readonly presented?: string;
  /** What the answer to a handshake will ask the peer to keep. Equals `presented` where there is one. */
  readonly offered: string;
}
