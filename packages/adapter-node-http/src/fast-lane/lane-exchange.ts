import type { Batch, Cancel, Responder } from "@encke/core";

/** Where the answers of a connection go. */
export interface AnswerLine {
  /** False when nothing can be written any more. */
  readonly isOpen: boolean;
  /** The exchange has been ended; its answer is to leave when its turn has come. */
  answer(exchange: LaneExchange, messages: Batch): void;
  /** Breaks the connection off. */
  destroy(): void;
}

/** The one answer to a request that came by the lane. */
export class LaneExchange implements Responder {
  readonly cookie: string | undefined;
  readonly headers: readonly string[];
  /** The request after this one. */
  next: LaneExchange | undefined;
  /** What is to be written when all requests before this one are answered. */
  answer: string | undefined;
  /** Of the answer: one byte for each character. */
  isAscii = false;
  isLast = false;
  readonly #line: AnswerLine;
  #isEnded = false;
  #onClose: (() => void) | undefined;
  #onSettled: ((wasSent: boolean) => void) | undefined;

  constructor(line: AnswerLine, headers: readonly string[], cookie: string | undefined) {
    this.#line = line;
    this.headers = headers;
    this.cookie = cookie;
    this.next = undefined;
    this.answer = undefined;
  }

  get isOpen(): boolean {
    return !this.#isEnded && this.#line.isOpen;
  }

  end(body: Batch, onSettled?: (wasSent: boolean) => void): void {
    if (!this.isOpen) {
      onSettled?.(false);
      return;
    }
    this.#isEnded = true;
    this.#onSettled = onSettled;
    this.#line.answer(this, body);
  }

  onClose(listener: () => void): Cancel {
    this.#onClose = listener;
    return () => {
      this.#onClose = undefined;
    };
  }

  abort(): void {
    this.#isEnded = true;
    this.#line.destroy();
  }

  /** Called once when the answer has left, or never will. */
  settle(wasSent: boolean): void {
    const onSettled = this.#onSettled;
    this.#onSettled = undefined;
    onSettled?.(wasSent);
  }

  /** The connection has gone. */
  abandon(): void {
    this.settle(false);
    this.#onClose?.();
  }
}
