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

export type Replies = readonly [Message, ...Message[]];

/**
 * Puts one message to the Comet, checked as if the client had written it. Returns the replies, the one to the message first:
 * at once where the Comet has answered at once, as it does wherever its store does. Throws what the message as a whole is
 * refused for, and never rejects.
 */
export function ask(
  comet: BridgedComet,
  message: object,
  context: RequestContext,
): Awaitable<Replies> {
  const received = checkMessage(message, comet.limits);
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
