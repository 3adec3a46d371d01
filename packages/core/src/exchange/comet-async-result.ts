import type { Cancel } from "../ports/ports.ts";
import type { Batch } from "../protocol/batch.ts";
import type { Responder } from "./responder.ts";

/** The answer of one exchange, now or later. Completes exactly once, whatever happens in which order. */
export interface ICometAsyncResult {
  /** True until completed, abandoned by the peer, or aborted. */
  readonly isOpen: boolean;
  /** True where messages can leave while the exchange stays open. */
  readonly isStreaming: boolean;
  /** False while the peer reads too slowly to be sent more. Never false on a transport that answers once. */
  readonly isReady: boolean;
  /**
   * The answer will come later. `onAbandoned` runs once if the peer leaves before it does; `onReady`
   * each time a peer that read too slowly has caught up.
   */
  begin(onAbandoned: () => void, onReady?: () => void): void;
  /** Sends and stays open. False: nothing was sent, because this transport answers once or the exchange is over. */
  sendAwaitingMessages(messages: Batch): boolean;
  /**
   * The last word. False: no longer open, nothing was sent. Otherwise `onSettled` learns once whether
   * the messages left; see {@link Responder.end}.
   */
  completeRequestWithMessages(messages: Batch, onSettled?: (wasSent: boolean) => void): boolean;
  /** Breaks the exchange off. After a completion: withholds what has not left yet, and settles before it returns. */
  abort(): void;
}

export class CometAsyncResult implements ICometAsyncResult {
  readonly #responder: Responder;
  #isCompleted = false;
  #isFull = false;
  #cancelClose: Cancel | undefined;
  #cancelDrain: Cancel | undefined;
  #onReady: (() => void) | undefined;
  #onSettled: ((wasSent: boolean) => void) | undefined;

  constructor(responder: Responder) {
    this.#responder = responder;
  }

  get isOpen(): boolean {
    return !this.#isCompleted && this.#responder.isOpen;
  }

  get isStreaming(): boolean {
    return this.#responder.write !== undefined;
  }

  get isReady(): boolean {
    return !this.#isFull;
  }

  begin(onAbandoned: () => void, onReady?: () => void): void {
    this.#onReady = onReady;
    this.#cancelClose = this.#responder.onClose(() => {
      if (this.#isCompleted) return;
      this.#finish();
      onAbandoned();
    });
  }

  sendAwaitingMessages(messages: Batch): boolean {
    const responder = this.#responder;
    if (responder.write === undefined || !this.isOpen) return false;
    if (!responder.write(messages)) this.#waitForDrain();
    return true;
  }

  completeRequestWithMessages(messages: Batch, onSettled?: (wasSent: boolean) => void): boolean {
    if (!this.isOpen) return false;
    this.#finish();
    if (this.isStreaming) this.#endStream(messages, onSettled);
    else this.#end(messages, onSettled);
    return true;
  }

  abort(): void {
    this.#finish();
    this.#responder.abort();
    // At once, however late the responder learns of it: what did not leave must be back before newer messages go.
    this.#settle(false);
  }

  #end(messages: Batch, onSettled?: (wasSent: boolean) => void): void {
    this.#onSettled = onSettled;
    this.#responder.end(messages, onSettled && ((wasSent) => this.#settle(wasSent)));
  }

  #settle(wasSent: boolean): void {
    const onSettled = this.#onSettled;
    this.#onSettled = undefined;
    onSettled?.(wasSent);
  }

  /** What a stream took is on its way: nobody can tell when it arrives, short of the client's acknowledgement. */
  #endStream(messages: Batch, onSettled?: (wasSent: boolean) => void): void {
    this.#responder.end(messages);
    onSettled?.(true);
  }

  #waitForDrain(): void {
    if (this.#isFull || this.#responder.onDrain === undefined) return;
    this.#isFull = true;
    this.#cancelDrain = this.#responder.onDrain(() => {
      this.#isFull = false;
      this.#onReady?.();
    });
  }

  #finish(): void {
    this.#isCompleted = true;
    this.#cancelClose?.();
    this.#cancelDrain?.();
    this.#onReady = undefined;
  }
}
