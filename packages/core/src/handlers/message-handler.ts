import type { LocalClient } from "../clients/client.ts";
import type { RequestContext } from "../exchange/responder.ts";
import type { Awaitable } from "../ports/awaitable.ts";
import type { Message, ReceivedMessage } from "../protocol/message.ts";

/** One message to be handled, whose it is, and how it came. */
export interface HandlerRequest {
  readonly message: ReceivedMessage;
  /** Missing only for a handshake. */
  readonly client: LocalClient | undefined;
  readonly context: RequestContext;
}

export interface MessageHandlerResult {
  /** The reply to the message, and after it what else is for its sender alone. */
  readonly replies: readonly Message[];
  /** The reply is that of a successful connect, so messages that wait may go out with it. */
  readonly isConnect?: boolean;
  /** Milliseconds for which the reply may be held back until there are messages. Missing: it goes out at once. */
  readonly holdFor?: number;
}

/** Does what one kind of message asks for. A failure that is the peer's fault is a reply; what it throws becomes `500::server_error`. */
export interface IMessageHandler {
  handleMessage(request: HandlerRequest): Awaitable<MessageHandlerResult>;
}
