import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import { setCookieOf } from "../browser-cookie.ts";
import { isOriginAllowed } from "../origins.ts";
import { Connections } from "../sending/connections.ts";
import type { ServedComet } from "../served-comet.ts";
import type { Settings } from "../settings.ts";
import { refuseUpgrade } from "../upgrade/refuse-upgrade.ts";
import { CLOSE_REASONS } from "./close-reasons.ts";
import { CometSocket } from "./comet-socket.ts";
import { PendingSockets } from "./pending-sockets.ts";
import { SocketContext } from "./socket-context.ts";

/** An upgrade request that is about to become a socket. */
interface Arrival {
  readonly raw: Duplex;
  readonly context: SocketContext;
}

/** All WebSockets of one path of one server. */
export class WebSocketEndpoint {
  readonly #comet: ServedComet;
  readonly #settings: Settings;
  readonly #server: WebSocketServer;
  readonly #sockets: Connections<CometSocket>;
  readonly #pending: PendingSockets;
  readonly #onGone = (socket: CometSocket): void => this.#sockets.delete(socket);
  /** Of the upgrade that is being answered. */
  #arriving: SocketContext | undefined;

  constructor(comet: ServedComet, settings: Settings) {
    this.#comet = comet;
    this.#settings = settings;
    this.#pending = new PendingSockets(settings.maxPendingSockets, settings.handshakeTimeout);
    this.#sockets = new Connections(settings.pingInterval);
    this.#server = new WebSocketServer(serverOptions(comet, settings));
    this.#server.on("headers", (headers) => this.#addCookie(headers));
  }

  /** Answers one upgrade request: with a socket, or with an HTTP error. */
  accept(request: IncomingMessage, raw: Duplex, head: Buffer): void {
    try {
      this.#decide(request, raw, head);
    } catch (cause) {
      // An option that is a function has thrown.
      this.#comet.log("error", "An upgrade request could not be answered.", { cause });
      refuseUpgrade(raw, 500);
    }
  }

  /** Asks every peer to go and waits until they have, at most `deadline` milliseconds; then breaks off what is left. */
  close(deadline: number): Promise<void> {
    for (const socket of this.#sockets) socket.close(CLOSE_REASONS.goingAway);
    return this.#sockets.empty(deadline);
  }

  #decide(request: IncomingMessage, raw: Duplex, head: Buffer): void {
    if (!isOriginAllowed(this.#settings, request)) refuseUpgrade(raw, 403);
    else if (this.#comet.isClosing || this.#pending.isFull) refuseUpgrade(raw, 503);
    else this.#upgrade(request, raw, head);
  }

  #upgrade(request: IncomingMessage, raw: Duplex, head: Buffer): void {
    const context = new SocketContext(request, this.#settings);
    // The library answers at once, so that no other upgrade comes between this and the headers of the answer.
    this.#arriving = context;
    this.#server.handleUpgrade(request, raw, head, (webSocket) =>
      this.#open(webSocket, { raw, context }),
    );
    this.#arriving = undefined;
  }

  /** No request after this one could carry it, so the cookie does not wait for a handshake. */
  #addCookie(headers: string[]): void {
    const { cookie } = this.#settings;
    const context = this.#arriving;
    if (cookie === undefined || context?.browser === undefined) return;
    const value = setCookieOf(context.browser, context.isSecure, cookie);
    if (value !== undefined) headers.push(`Set-Cookie: ${value}`);
  }

  #open(webSocket: WebSocket, { raw, context }: Arrival): void {
    // Written out: read from objects that were spread into one, these cost a tenth of all that a client costs that comes and goes.
    const socket = new CometSocket({
      comet: this.#comet,
      context,
      limits: this.#settings,
      raw,
      webSocket,
      pending: this.#pending,
      onGone: this.#onGone,
    });
    context.connection = socket;
    this.#sockets.add(socket);
  }
}

/** `closeTimeout` is missing from the types of the library. */
function serverOptions(
  { limits }: ServedComet,
  { maxFragments, handshakeTimeout }: Settings,
): ServerOptions & { readonly closeTimeout: number } {
  return {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.bodyBytes,
    maxFragments,
    closeTimeout: handshakeTimeout,
  };
}
