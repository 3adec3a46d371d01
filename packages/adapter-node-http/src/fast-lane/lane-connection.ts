import type { Socket } from "node:net";
import type { Batch } from "@encke/core";
import { Prefix } from "../reading/prefix.ts";
import {
  isStreamIdle,
  type PastSocket,
  passOn,
  READER,
  readNoMorePast,
  readPast,
  received,
} from "../reading/read-past.ts";
import type { Deadlines } from "../sending/deadlines.ts";
import type { Beating } from "../sending/heartbeat.ts";
import { AnswerSender } from "./answer-sender.ts";
import { answerText } from "./answer-text.ts";
import { type AnswerLine, LaneExchange } from "./lane-exchange.ts";
import type { Admission, LaneRoute } from "./lane-route.ts";
import { beginsWith, strictHeadOf } from "./strict-head.ts";

/** Requests that may wait for the answer to an earlier one. */
const MAX_OPEN = 64;
/** Bytes that may wait for an answer before the peer is read no more. */
const MAX_PENDING = 16_384;
/** Milliseconds between two beats. */
export const BEAT = 1_000;
/** Beats after which a new connection is left to node:http, which has a rule for those that stay silent. */
const SILENT_BEATS = 2;

/** What a connection needs of its lane. */
export interface LaneCare {
  readonly route: LaneRoute;
  /** `keepAliveTimeout` of the server. */
  readonly keepAliveTimeout: number;
  /** Those whose answer the network has not taken yet. */
  readonly unsent: Deadlines<LaneExchange>;
  /** The connection is no longer the lane's. */
  left(connection: LaneConnection): void;
  /** From now on, node:http reads the socket. */
  handOver(socket: Socket): void;
  /** Nothing was asked for some time. */
  idled(socket: Socket): void;
  errored(error: Error, socket: Socket): void;
}

/** A connection as long as all that comes by it is for the lane. */
export class LaneConnection implements AnswerLine, Beating {
  readonly #socket: Socket;
  readonly #care: LaneCare;
  readonly #sender: AnswerSender;
  /** Of the request before. */
  #admission: Admission | undefined = undefined;
  #prefix: Prefix | undefined = undefined;
  /** The requests that are not answered, in their order. */
  #first: LaneExchange | undefined = undefined;
  #last: LaneExchange | undefined = undefined;
  #open = 0;
  /** What has come in and is not for the lane, or not complete. */
  #pending: Buffer | undefined = undefined;
  #beats = 0;
  #isFresh = true;
  #isTaking = false;
  #isLeaving = false;

  constructor(socket: Socket, care: LaneCare) {
    this.#socket = socket;
    this.#care = care;
    this.#sender = new AnswerSender(socket, care.unsent);
    readPast<LaneConnection>(socket, this, onRead);
    socket.on("data", this.#onData);
    socket.on("end", this.#onEnd);
    socket.on("error", this.#onError);
    socket.on("close", this.#onClose);
  }

  get isOpen(): boolean {
    return this.#socket.writable;
  }

  beat(): void {
    if (this.#isBusy || this.#socket.isPaused()) return;
    this.#beats++;
    const { keepAliveTimeout } = this.#care;
    if (this.#isFresh) {
      if (this.#beats >= SILENT_BEATS) this.#handOver();
    } else if (keepAliveTimeout > 0 && (this.#beats - 1) * BEAT >= keepAliveTimeout) {
      this.#care.idled(this.#socket);
    }
  }

  /** As node:http does with its own when a server closes: one that has not yet asked anything may still do so. */
  closeIdle(): void {
    if (this.#isFresh) this.#handOver();
    else if (!this.#isBusy) this.destroy();
  }

  /** Goes to node:http as soon as all is answered. */
  leave(): void {
    this.#isLeaving = true;
    this.#goOn();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  answer(exchange: LaneExchange, messages: Batch): void {
    const { route, keepAliveTimeout } = this.#care;
    const { cookie, headers } = exchange;
    exchange.isLast = route.isClosing;
    const { isLast } = exchange;
    exchange.isAscii = messages.isAscii;
    exchange.answer = answerText({ messages, cookie, headers, isLast, keepAliveTimeout });
    this.#writeReady();
    this.#goOn();
  }

  /**
   * Takes what has been {@link received}, where it is one request with the head of the one before and nothing else: nearly
   * always. False: nothing has been done, and the stream is to have it.
   */
  takeWhole(length: number): boolean {
    const known = this.#admission;
    if (known === undefined || !this.#canTake || this.#pending !== undefined) return false;
    const start = known.head.text.length;
    if (length !== start + known.head.bodyLength || !this.#isAlone) return false;
    this.#prefix ??= new Prefix(known.head.text);
    if (!this.#prefix.isReceived()) return false;
    this.#beats = 0;
    try {
      return this.#serve(known, received.subarray(start, length));
    } catch (cause) {
      this.#broke(cause);
      return true;
    }
  }

  /** Nobody else reads the socket, and nothing is on its way through the stream. */
  get #isAlone(): boolean {
    const socket = this.#socket;
    return isStreamIdle(socket) && socket.listenerCount("data", this.#onData) === 1;
  }

  /** Requests that are not answered, or an answer that has not left. */
  get #isBusy(): boolean {
    return this.#open > 0 || !this.#sender.hasSentAll;
  }

  readonly #onData = (chunk: Buffer): void => {
    // Behind a last answer nothing is asked any more. It is read all the same: a socket that is closed with something unread takes
    // the answer with it.
    if (!this.isOpen) return;
    this.#beats = 0;
    this.#pending = this.#pending === undefined ? chunk : Buffer.concat([this.#pending, chunk]);
    if (!this.#isTaking) this.#takePending();
  };

  /** A half-closed connection is of no use to node:http, either. */
  readonly #onEnd = (): void => {
    this.#pending = undefined;
    this.#socket.end();
  };

  readonly #onError = (error: Error): void => this.#care.errored(error, this.#socket);

  readonly #onClose = (): void => {
    this.#withdraw();
    for (let exchange = this.#first; exchange !== undefined; exchange = exchange.next) {
      exchange.abandon();
    }
  };

  /** Whoever does not read is read no more: node:http waits until what was written has left. */
  get #canTake(): boolean {
    return this.#open <= MAX_OPEN && this.isOpen && !this.#socket.writableNeedDrain;
  }

  #takePending(): void {
    this.#isTaking = true;
    try {
      for (let taken = -1; taken !== 0 && this.#pending !== undefined; ) {
        taken = this.#take(this.#pending);
        this.#drop(taken);
      }
    } catch (cause) {
      this.#broke(cause);
    }
    this.#isTaking = false;
    this.#goOn();
  }

  /** More may have come since it was taken. */
  #drop(taken: number): void {
    const rest = this.#pending?.subarray(taken);
    this.#pending = rest?.length === 0 ? undefined : rest;
  }

  /** How many bytes were the next request. 0: it is not one for the lane, or not complete. */
  #take(bytes: Buffer): number {
    if (!this.#canTake) return 0;
    const admission = this.#admissionOf(bytes);
    if (admission === undefined) return 0;
    const start = admission.head.text.length;
    const end = start + admission.head.bodyLength;
    if (bytes.length < end) return 0;
    return this.#serve(admission, bytes.subarray(start, end)) ? end : 0;
  }

  /** False: it is not for the lane. */
  #serve(admission: Admission, body: Buffer): boolean {
    const { route } = this.#care;
    const messages = route.messagesOf(admission, body);
    if (messages === undefined) return false;
    const context = route.contextOf(admission);
    const exchange = this.#begin(admission, route.cookieFor(messages, context));
    route.handle(messages, exchange, context);
    return true;
  }

  #broke(cause: unknown): void {
    this.#care.route.failed(cause);
    this.destroy();
  }

  #admissionOf(bytes: Buffer): Admission | undefined {
    const known = this.#admission;
    if (known !== undefined && beginsWith(bytes, known.head)) return known;
    const head = strictHeadOf(bytes);
    if (head === undefined) return undefined;
    this.#prefix = undefined;
    this.#admission = this.#care.route.admit(head, this.#socket);
    return this.#admission;
  }

  #begin({ headers }: Admission, cookie: string | undefined): LaneExchange {
    const exchange = new LaneExchange(this, headers, cookie);
    if (this.#first === undefined || this.#last === undefined) this.#first = exchange;
    else this.#last.next = exchange;
    this.#last = exchange;
    this.#open++;
    this.#isFresh = false;
    return exchange;
  }

  /** Writes what is not behind something else. Behind a last answer nothing is written any more. */
  #writeReady(): void {
    for (let first = this.#first; first?.answer !== undefined; first = this.#first) {
      if (!this.isOpen) return;
      this.#first = first.next;
      this.#open--;
      this.#sender.send(first, first.answer);
    }
  }

  /** Looks whether what waits can go on elsewhere. */
  #goOn(): void {
    if (this.#isTaking || !this.isOpen) return;
    const mustLeave = this.#isLeaving || this.#pending !== undefined;
    if (mustLeave && this.#open === 0) this.#handOver();
    else if ((this.#pending?.length ?? 0) > MAX_PENDING) this.#socket.pause();
  }

  #handOver(): void {
    const socket = this.#socket;
    this.#withdraw();
    socket.pause();
    if (this.#pending !== undefined) socket.unshift(this.#pending);
    this.#care.handOver(socket);
    // Not at once: what was put back would then flow before the socket knows that it does, and when node:http pauses it, because
    // nobody reads a body, that would be forgotten.
    process.nextTick(() => socket.resume());
  }

  #withdraw(): void {
    const socket = this.#socket;
    socket.off("data", this.#onData);
    socket.off("end", this.#onEnd);
    socket.off("error", this.#onError);
    socket.off("close", this.#onClose);
    readNoMorePast(socket);
    this.#care.left(this);
  }
}

function onRead(this: PastSocket<LaneConnection>, length: number): boolean {
  return this[READER].takeWhole(length) || passOn(this, 0, length);
}
