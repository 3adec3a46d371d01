import {
  type Batch,
  type Cancel,
  CometAsyncResult,
  decodeMessages,
  type Message,
  type ReceivedMessage,
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

/** The replies; the first is the one to the message. Rejects with what the message as a whole is refused for. */
export async function ask(
  comet: BridgedComet,
  { message, bytes }: Question,
  context: RequestContext,
): Promise<readonly [Message, ...Message[]]> {
  const messages = decodeMessages(JSON.stringify(message), comet.limits);
  if (bytes !== undefined) addBytes(messages, bytes);
  const batch = await new Promise<Batch>((resolve) => {
    const result = new CometAsyncResult(new Inquiry(resolve));
    void comet.bus.handleMessages(messages, result, context);
  });
  const replies = batch.messages.filter(({ position }) => position === undefined);
  return replies.map(({ json }) => JSON.parse(json) as Message) as [Message, ...Message[]];
}

function addBytes([message]: readonly ReceivedMessage[], bytes: Uint8Array): void {
  if (message !== undefined) message.data = { ...(message.data as object), data: bytes };
}

/** An answer that is for the gateway: what comes with it for the client has not left. */
class Inquiry implements Responder {
  readonly #resolve: (replies: Batch) => void;
  readonly isOpen = true;

  constructor(resolve: (replies: Batch) => void) {
    this.#resolve = resolve;
  }

  end(replies: Batch, onSettled?: (wasSent: boolean) => void): void {
    this.#resolve(replies);
    onSettled?.(false);
  }

  onClose(): Cancel {
    return () => undefined;
  }

  abort(): void {
    // It has been answered, or will be: what is to be withheld was never sent.
  }
}
