import type { IClient, LocalClient } from "../clients/client.ts";
import type { RequestContext } from "../exchange/responder.ts";
import { type Awaitable, chain } from "../ports/awaitable.ts";
import type { Cancel } from "../ports/ports.ts";
import { isChannel, matches } from "../protocol/channels.ts";
import { encodeDelivery } from "../protocol/encode.ts";
import type { Message } from "../protocol/message.ts";
import type { HandlerServices } from "./handler-services.ts";
import type { HandlerRequest, IMessageHandler, MessageHandlerResult } from "./message-handler.ts";
import type { RemoteHandler } from "./remote-call.ts";
import { RemoteCalls } from "./remote-calls.ts";
import { failure, refusal, success } from "./replies.ts";

/** A message that a client sent to the server itself, on a channel below `/service`. */
export interface ServiceRequest {
  readonly client: IClient;
  readonly channel: string;
  readonly data: unknown;
  readonly message: Message;
  readonly context: RequestContext;
}

/**
 * What it returns, or resolves to, is sent to the client on the same channel with the id of its message;
 * nothing is sent for undefined. What it throws is answered with `500::server_error` and logged.
 */
export type ServiceHandler = (request: ServiceRequest) => unknown;

/** A message on a service channel: for the server alone, never for other clients. */
export class SwallowHandler implements IMessageHandler {
  readonly #services: HandlerServices;
  readonly #calls: RemoteCalls;
  #registrations: readonly Registration[] = [];

  constructor(services: HandlerServices) {
    this.#services = services;
    this.#calls = new RemoteCalls(services);
  }

  /** The first handler whose pattern matches is the one. */
  register(pattern: string, handler: ServiceHandler): Cancel {
    return this.#add({ pattern, isRemote: false, serve: (request) => answer(request, handler) });
  }

  /** The same for remote calls. `timeout`: milliseconds that one may take. */
  registerRemote(pattern: string, handler: RemoteHandler, timeout: number): Cancel {
    return this.#add({
      pattern,
      isRemote: true,
      serve: (request) => this.#calls.serve(request, handler, timeout),
    });
  }

  /** True when messages on the channel are calls, each of which has a result. */
  hasRemote(channel: string): boolean {
    return this.#for(channel)?.isRemote === true;
  }

  /** Ends all remote calls that are under way. */
  close(): void {
    this.#calls.close();
  }

  handleMessage(request: HandlerRequest): Awaitable<MessageHandlerResult> {
    const { message, client, context } = request;
    if (!isChannel(message.channel, this.#services.settings.limits)) {
      return refusal(message, "channel_invalid", [message.channel]);
    }
    if (message.data === undefined) return refusal(message, "data_missing");
    const sender = client as LocalClient;
    return chain(this.#services.access.toPublish(request, message.channel), (denial) => {
      if (denial !== undefined) return { replies: [failure(message, denial)] };
      const asked = this.#services.publisher.ask(message, { client: sender, context });
      return chain(asked, (error) =>
        error === undefined ? this.#serve(request) : { replies: [failure(message, error)] },
      );
    });
  }

  #serve(request: HandlerRequest): Awaitable<MessageHandlerResult> {
    const { message } = request;
    const found = this.#for(message.channel);
    if (found !== undefined) return found.serve(request);
    return isCall(message)
      ? refusal(message, "target_unknown", [message.channel])
      : { replies: [success(message)] };
  }

  #for(channel: string): Registration | undefined {
    return this.#registrations.find(({ pattern }) => matches(pattern, channel));
  }

  #add(registration: Registration): Cancel {
    this.#registrations = [...this.#registrations, registration];
    return () => {
      this.#registrations = this.#registrations.filter((other) => other !== registration);
    };
  }
}

interface Registration {
  readonly pattern: string;
  readonly isRemote: boolean;
  readonly serve: (request: HandlerRequest) => Awaitable<MessageHandlerResult>;
}

/** True where the client waits for more than a receipt, and says so. */
function isCall({ ext }: Message): boolean {
  return ext?.call === true;
}

function answer(
  { message, client, context }: HandlerRequest,
  handler: ServiceHandler,
): Awaitable<MessageHandlerResult> {
  const { channel, data } = message;
  const answered = handler({ client: client as LocalClient, channel, data, message, context });
  return chain(answered as Awaitable<unknown>, (result) => ({
    replies:
      result === undefined ? [success(message)] : [success(message), resultOf(message, result)],
  }));
}

function resultOf({ channel, id }: Message, data: unknown): Message {
  const result: Message = { channel, data, ...(id !== undefined && { id }) };
  // Fails here, for this message alone, rather than where the whole request is encoded.
  encodeDelivery(result);
  return result;
}
