import type { Socket } from "node:net";
import type { Deadlines } from "../sending/deadlines.ts";
import {
  type DirectWriter,
  directHandleOf,
  type Handle,
  isFreeFor,
  writeDirectly,
} from "../sending/direct-write.ts";
import type { LaneExchange } from "./lane-exchange.ts";

/** Sends the answers of a connection, each as soon as it is told to, past the stream of the socket where it can. */
export class AnswerSender implements DirectWriter {
  readonly #socket: Socket;
  readonly #handle: Handle | undefined;
  /** Those whose answer the network has not taken yet. */
  readonly #unsent: Deadlines<LaneExchange>;
  /** Its answer is on its way past the stream. */
  #leaving: LaneExchange | undefined = undefined;

  constructor(socket: Socket, unsent: Deadlines<LaneExchange>) {
    this.#socket = socket;
    this.#handle = directHandleOf(socket);
    this.#unsent = unsent;
  }

  /** True when nothing is left that the network has not taken. */
  get hasSentAll(): boolean {
    return this.#leaving === undefined && this.#socket.writableLength === 0;
  }

  /** Settles the exchange when its answer has left, or never will. */
  send(exchange: LaneExchange, answer: string): void {
    if (!this.#isSentPast(exchange, answer)) this.#sendThrough(exchange, answer);
  }

  onFailed(cause: Error): void {
    this.#socket.destroy(cause);
  }

  onLeft(): void {
    const exchange = this.#leaving;
    this.#leaving = undefined;
    if (exchange !== undefined) this.#settle(exchange, !this.#socket.destroyed);
  }

  /** False: nothing was done, and the stream has to do it. */
  #isSentPast(exchange: LaneExchange, answer: string): boolean {
    const isPlain = exchange.isAscii && !exchange.isLast;
    const isFree = this.#leaving === undefined && isFreeFor(this.#socket, answer.length);
    if (!isPlain || !isFree || this.#handle === undefined) return false;
    const leaving = writeDirectly(this.#handle, answer, this);
    if (leaving === undefined) return false;
    if (leaving === 0) {
      exchange.settle(true);
    } else {
      this.#leaving = exchange;
      this.#unsent.add(exchange);
    }
    return true;
  }

  #sendThrough(exchange: LaneExchange, answer: string): void {
    const socket = this.#socket;
    // Where both agree, the text is copied as it is and not character by character.
    socket.write(answer, exchange.isAscii ? "latin1" : "utf8");
    if (socket.writableLength > 0) this.#awaitFlush(exchange);
    else exchange.settle(!socket.destroyed && socket.errored === null);
    if (exchange.isLast) socket.destroySoon();
  }

  #awaitFlush(exchange: LaneExchange): void {
    const socket = this.#socket;
    this.#unsent.add(exchange);
    // Called when all that was written before it has left, or never will.
    socket.write("", (error) => this.#settle(exchange, !error));
  }

  #settle(exchange: LaneExchange, wasSent: boolean): void {
    this.#unsent.delete(exchange);
    exchange.settle(wasSent);
  }
}
