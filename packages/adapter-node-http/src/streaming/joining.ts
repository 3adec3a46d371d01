import {
  Batch,
  type Cancel,
  CometAsyncResult,
  type CometError,
  decodeMessages,
  type Message,
  type Responder,
} from "@encke/core";
import type { HttpRequestContext } from "../request-context.ts";
import type { ServedComet } from "../served-comet.ts";

/** What became of the wish to join. */
export interface Joined {
  /** Missing: the handshake was refused. */
  readonly clientId?: string;
  /** What the Comet replied, to the handshake first. */
  readonly replies: Batch;
}

/**
 * Shakes hands and subscribes for a peer that has said in one request that it wants both. Rejects with a
 * {@link CometError} `request_too_many_messages`.
 */
export async function join(
  comet: ServedComet,
  patterns: readonly string[],
  context: HttpRequestContext,
): Promise<Joined> {
  const { limits } = comet;
  const wanted = patterns.map((subscription) => ({ channel: "/meta/subscribe", subscription }));
  // First, so that no client is made for a request that is refused.
  const subscribe = decodeMessages(JSON.stringify(wanted), limits);
  const handshake = {
    channel: "/meta/handshake",
    version: "1.0",
    supportedConnectionTypes: [context.transport],
  };
  const welcome = await ask(comet, decodeMessages(JSON.stringify(handshake), limits), context);
  const [{ json }] = welcome.messages as [{ readonly json: string }];
  const { clientId, successful } = JSON.parse(json) as Message;
  if (clientId === undefined || successful !== true) return { replies: welcome };
  const asked = subscribe.map((message) => ({ ...message, clientId }));
  const subscribed = await ask(comet, asked, context);
  return { clientId, replies: new Batch([...welcome.messages, ...subscribed.messages]) };
}

/** The replies to what is checked as if a peer had sent it. */
function ask(
  comet: ServedComet,
  messages: readonly Message[],
  context: HttpRequestContext,
): Promise<Batch> {
  return new Promise((resolve) => {
    const result = new CometAsyncResult(new Inquiry(resolve));
    void comet.bus.handleMessages(messages, result, context);
  });
}

/** An answer that is for us. */
class Inquiry implements Responder {
  readonly #resolve: (replies: Batch) => void;
  readonly isOpen = true;

  constructor(resolve: (replies: Batch) => void) {
    this.#resolve = resolve;
  }

  end(replies: Batch, onSettled?: (wasSent: boolean) => void): void {
    this.#resolve(replies);
    onSettled?.(true);
  }

  onClose(): Cancel {
    return () => undefined;
  }

  abort(): void {
    this.#resolve(new Batch([]));
  }
}
