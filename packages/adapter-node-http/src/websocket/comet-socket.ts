import type { Duplex } from "node:stream";
import {
  type Awaitable,
  type Cancel,
  CometAsyncResult,
  type Connection,
  decodeMessages,
  type ReceivedMessage,
  type RequestContext,
} from "@encke/core";
import type { WebSocket } from "ws";
import type { Beating } from "../sending/heartbeat.ts";
import { Outlet, type OutletLimits, type OutletOwner } from "../sending/outlet.ts";
import type { ServedComet } from "../served-comet.ts";
import { CLOSE_REASONS, type CloseReason, closeReasonOf } from "./close-reasons.ts";
import { endOnce } from "./end-once.ts";
import { FrameExchange } from "./frame-exchange.ts";
import { type FrameProcessor, Intake } from "./intake.ts";
import type { PendingSocket, PendingSockets } from "./pending-sockets.ts";
import { type FrameReader, readPlainFrames } from "./plain-frames.ts";
import { SocketClients } from "./socket-clients.ts";
import { listenTo, type SocketEvents } from "./socket-events.ts";

export interface CometSocketParts {
  readonly comet: ServedComet;
  /** The same for all exchanges on the socket. */
  readonly context: RequestContext;
  readonly limits: OutletLimits;
  /** The same socket, as node knows it and as the library knows it. */
  readonly raw: Duplex;
  readonly webSocket: WebSocket;
  readonly pending: PendingSockets;
  /** Called once, when the socket has closed for whatever reason. */
  readonly onGone: (socket: CometSocket) => void;
}

type Roles = Beating &
  Connection &
  FrameReader &
  FrameProcessor &
  OutletOwner &
  PendingSocket &
  SocketEvents;

/**
 * One WebSocket. Every frame is an exchange. Whatever happens on the socket is a method of it rather than a function made for
 * it: most sockets are idle, and what each of them keeps is what they cost.
 */
export class CometSocket implements Roles {
  readonly outlet: Outlet;
  readonly webSocket: WebSocket;
  readonly #comet: ServedComet;
  readonly #context: RequestContext;
  readonly #clients: SocketClients;
  readonly #intake: Intake;
  readonly #onGone: (socket: CometSocket) => void;
  /** Waits for the end of the socket. Others are kept in a set that is made for them: most sockets have one client. */
  #listener: (() => void) | undefined;
  #moreListeners: Set<() => void> | undefined;
  /** Whether the peer showed a sign of life since the last beat. */
  #wasHeard = true;

  constructor(parts: CometSocketParts) {
    const { comet, context, limits, raw, webSocket, pending, onGone } = parts;
    this.#comet = comet;
    this.#clients = new SocketClients(comet, pending, this);
    this.#onGone = onGone;
    this.webSocket = webSocket;
    this.#context = context;
    // Past the WebSocket library: sound because compression is off, so that it has never anything of its own queued.
    this.outlet = new Outlet(raw, limits, this);
    this.#intake = new Intake(webSocket, this);
    listenTo(webSocket, this);
    endOnce(webSocket);
    readPlainFrames(raw, this);
  }

  get isOpen(): boolean {
    return this.webSocket.readyState === this.webSocket.OPEN;
  }

  get frameLimit(): number {
    return this.#comet.limits.bodyBytes;
  }

  get mayRead(): boolean {
    return !this.outlet.isStalled;
  }

  /** Calls back once, when the socket has closed for whatever reason. */
  onClose(listener: () => void): Cancel {
    if (this.#listener === undefined) this.#listener = listener;
    else {
      this.#moreListeners ??= new Set();
      this.#moreListeners.add(listener);
    }
    return () => this.#forget(listener);
  }

  close(why: CloseReason = CLOSE_REASONS.sessionOver): void {
    if (!this.isOpen) return;
    this.webSocket.close(why.code, why.reason);
    this.#intake.end();
  }

  terminate(): void {
    this.webSocket.terminate();
  }

  /**
   * Ends a socket whose peer has shown no sign of life since the last beat, and asks the others for one. A peer that
   * is not read from cannot answer: while it still takes what waits for it, it is alive. One whose clients are all gone is pending again.
   */
  beat(): void {
    this.#clients.check();
    const isBusy = this.outlet.isStalled ? this.outlet.hasMoved() : this.#intake.isPaused;
    if (!isBusy && !this.#wasHeard) {
      this.terminate();
      return;
    }
    this.#wasHeard = isBusy;
    if (!isBusy && this.isOpen) this.webSocket.ping();
  }

  /** One frame has come. */
  onText(text: string): void {
    this.#wasHeard = true;
    if (this.isOpen) this.#intake.push(text);
  }

  onBinary(): void {
    this.#wasHeard = true;
    this.close(CLOSE_REASONS.notText);
  }

  onPong(): void {
    this.#wasHeard = true;
    this.#intake.skip();
  }

  /** The peer's mistake is no more than worth a note. */
  onError(cause: Error): void {
    this.#comet.log("debug", "A WebSocket failed.", { cause });
  }

  onClosed(): void {
    this.#intake.end();
    this.#clients.close();
    this.#onGone(this);
    const listeners = [this.#listener, ...(this.#moreListeners ?? [])];
    for (const listener of listeners) listener?.();
  }

  /** A message of the client has come on the socket. */
  onClient(id: string): void {
    this.#clients.add(id);
  }

  /** No client has shown up for too long. */
  onTimeout(): void {
    this.close(CLOSE_REASONS.noHandshake);
  }

  onOutletChange(): void {
    this.#wasHeard = true;
    this.#intake.advance();
  }

  /** It is the frame's turn. */
  process(text: string): Awaitable<void> {
    const messages = this.#decode(text);
    if (messages === undefined) return;
    const result = new CometAsyncResult(new FrameExchange(this));
    return this.#comet.bus.handleMessages(messages, result, this.#context);
  }

  /** Undefined: nothing to do; the socket was closed, or the frame was empty. */
  #decode(text: string): ReceivedMessage[] | undefined {
    if (text.trim() === "") return undefined;
    try {
      return decodeMessages(text, this.#comet.limits);
    } catch (cause) {
      const why = closeReasonOf(cause);
      if (why !== undefined) this.close(why);
      return undefined;
    }
  }

  #forget(listener: () => void): void {
    if (this.#listener === listener) this.#listener = undefined;
    else this.#moreListeners?.delete(listener);
  }
}
