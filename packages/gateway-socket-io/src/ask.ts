import {
  type Awaitable,
  type Batch,
  type Cancel,
  CometAsyncResult,
  checkMessage,
  isPromise,
  type Message,
  type RequestContext,
  type Responder,
} from "@encke/core";
import type { BridgedComet } from "./bridged-comet.ts";

/** What is put to a Comet for a client: one message, checked as if the client had written it. */
export interface Question {
  readonly message: object;
  /** Bytes that have no place in the JSON: they become the field `data` of its data. */
  readonly bytes?: Uint8Array | undefined;
}

export type Replies = readonly [Message, ...Message[]];

/**
 * The replies; the first is the one to the message. At once where the Comet has answered at once, as it does wherever its
 * store does. Throws what the message as a whole is refused for, and never rejects.
 */
export function ask(
  comet: BridgedComet,
  { message, bytes }: Question,
  context: RequestContext,
): Awaitable<Replies> {
  const received = checkMessage(message, comet.limits);
  if (bytes !== undefined) received.data = { ...(received.data as object), data: bytes };
  const inquiry = new Inquiry();
  void comet.bus.handleMessages([received], new CometAsyncResult(inquiry), context);
  const { answer } = inquiry;
  return isPromise(answer) ? answer.then(repliesIn) : repliesIn(answer);
}

function repliesIn({ messages }: Batch): Replies {
  const replies = messages.filter(({ position }) => position === undefined);
  return replies.map(({ json }) => JSON.parse(json) as Message) as [Message, ...Message[]];
}

/** An answer that is for the gateway: what comes with it for the client has not left. */
class Inquiry implements Responder {
  readonly isOpen = true;
  #batch: Batch | undefined;
  #resolve: ((batch: Batch) => void) | undefined;

  /** To be asked for once. */
  get answer(): Awaitable<Batch> {
    if (this.#batch !== undefined) return this.#batch;
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  end(batch: Batch, onSettled?: (wasSent: boolean) => void): void {
    this.#batch = batch;
    this.#resolve?.(batch);
    onSettled?.(false);
  }

  onClose(): Cancel {
    return () => undefined;
  }

  abort(): void {
    // It has been answered, or will be: what is to be withheld was never sent.
  }
}
