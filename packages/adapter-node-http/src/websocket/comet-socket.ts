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
import { Outlet, type OutletLimits } from "../sending/outlet.ts";
import type { ServedComet } from "../served-comet.ts";
import { CLOSE_REASONS, type CloseReason, closeReasonOf } from "./close-reasons.ts";
import { endOnce } from "./end-once.ts";
import { FrameExchange } from "./frame-exchange.ts";
import { type FrameProcessor, Intake } from "./intake.ts";
import { type FrameReader, readPlainFrames } from "./plain-frames.ts";
import type { SocketClients } from "./socket-clients.ts";

export interface CometSocketParts {
  readonly comet: ServedComet;
  /** The same for all exchanges on the socket. */
  readonly context: RequestContext;
  readonly limits: OutletLimits;
  /** The same socket, as node knows it and as the library knows it. */
  readonly raw: Duplex;
  readonly webSocket: WebSocket;
  readonly clients: SocketClients;
}

/** One WebSocket. Every frame is an exchange. */
export class CometSocket implements Beating, Connection, FrameReader, FrameProcessor {
  readonly outlet: Outlet;
  readonly webSocket: WebSocket;
  readonly #comet: ServedComet;
  readonly #context: RequestContext;
  readonly #clients: SocketClients;
  readonly #intake: Intake;
  readonly #onClose = new Set<() => void>();
  /** Whether the peer showed a sign of life since the last beat. */
  #wasHeard = true;

  constructor({ comet, context, limits, raw, webSocket, clients }: CometSocketParts) {
    this.#comet = comet;
    this.#clients = clients;
    this.webSocket = webSocket;
    this.#context = context;
    // Past the WebSocket library: sound because compression is off, so that it has never anything of its own queued.
    this.outlet = new Outlet(raw, limits, () => this.#outletChanged());
    this.#intake = new Intake(webSocket, this);
    this.#listen(webSocket);
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
    this.#onClose.add(listener);
    return () => this.#onClose.delete(listener);
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

  /** It is the frame's turn. */
  process(text: string): Awaitable<void> {
    const messages = this.#decode(text);
    if (messages === undefined) return;
    const result = new CometAsyncResult(new FrameExchange(this));
    return this.#comet.bus.handleMessages(messages, result, this.#context);
  }

  #listen(webSocket: WebSocket): void {
    webSocket.on("message", (data, isBinary) =>
      isBinary ? this.#refuseBinary() : this.onText((data as Buffer).toString()),
    );
    webSocket.on("pong", () => {
      this.#wasHeard = true;
      this.#intake.skip();
    });
    webSocket.on("close", () => this.#closed());
    // The library has closed the socket by itself; the peer's mistake is no more than worth a note.
    webSocket.on("error", (cause) => this.#comet.log("debug", "A WebSocket failed.", { cause }));
  }

  #outletChanged(): void {
    this.#wasHeard = true;
    this.#intake.advance();
  }

  #refuseBinary(): void {
    this.#wasHeard = true;
    this.close(CLOSE_REASONS.notText);
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

  #closed(): void {
    this.#intake.end();
    const listeners = [...this.#onClose];
    this.#onClose.clear();
    for (const listener of listeners) listener();
  }
}
