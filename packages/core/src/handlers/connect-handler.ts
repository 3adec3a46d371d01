import type { LocalClient } from "../clients/client.ts";
import type { Cancellation } from "../events/cancellation.ts";
import type { ConnectingEvent } from "../events/comet-events.ts";
import { type Awaitable, chain } from "../ports/awaitable.ts";
import { bayeuxError } from "../protocol/errors.ts";
import type { Advice, Message } from "../protocol/message.ts";
import { ClientRequest } from "./client-request.ts";
import type { HandlerServices } from "./handler-services.ts";
import type { HandlerRequest, IMessageHandler, MessageHandlerResult } from "./message-handler.ts";
import { failure, goneClient, refusal, success } from "./replies.ts";

/** `/meta/connect`: asks for messages, and may be held until there are some. */
export class ConnectHandler implements IMessageHandler {
  readonly #services: HandlerServices;

  constructor(services: HandlerServices) {
    this.#services = services;
  }

  handleMessage(request: HandlerRequest): Awaitable<MessageHandlerResult> {
    const { message } = request;
    const client = request.client as LocalClient;
    const { connectionType } = message;
    if (connectionType === undefined)
      return refusal(message, "parameter_missing", ["connectionType"]);
    if (!this.#services.connectionTypes.has(connectionType)) {
      return refusal(message, "connection_type_unsupported", [connectionType]);
    }
    if (!this.#services.hub.has("connecting"))
      return this.#connect(message, client, connectionType);
    const event = new ClientRequest(request);
    return chain(this.#services.hub.ask("connecting", event satisfies ConnectingEvent), () =>
      event.isCancelled ? refuse(message, event) : this.#connect(message, client, connectionType),
    );
  }

  #connect(message: Message, client: LocalClient, type: string): MessageHandlerResult {
    if (!client.isAlive) return { replies: [goneClient(message, client)] };
    const isFirst = !client.hasConnected;
    client.hasConnected = true;
    // Who connects in another way has given up the stream.
    if (client.stream !== undefined && client.stream.transport !== type) {
      this.#services.clients.endStream(client);
    }
    const advice = this.#adviceFor(type, isFirst);
    const { gap } = client;
    client.gap = undefined;
    const reply = success(message, {
      clientId: client.id,
      ...(advice && { advice }),
      ...(gap && { ext: { gap } }),
    });
    const holdFor = this.#holdFor(message, type);
    // The first connect tells the client that it is connected, and bad news do not wait either.
    const isAtOnce = isFirst || holdFor === 0 || gap !== undefined || this.#services.isClosing();
    return { replies: [reply], isConnect: true, ...(!isAtOnce && { holdFor }) };
  }

  /** Said once, and each time where the type has ways of its own: the client may have come by another type before. */
  #adviceFor(type: string, isFirst: boolean): Advice | undefined {
    const { connectionTypes, settings } = this.#services;
    const own = connectionTypes.optionsOf(type);
    const { interval = settings.interval, timeout = settings.timeout } = own ?? {};
    if (this.#services.isClosing())
      return { reconnect: "retry", interval: Math.max(interval, 1_000) };
    return isFirst || own !== undefined ? { reconnect: "retry", interval, timeout } : undefined;
  }

  #holdFor({ advice }: Message, type: string): number {
    const { connectionTypes, settings } = this.#services;
    const most = connectionTypes.optionsOf(type)?.timeout ?? settings.timeout;
    return Math.min(advice?.timeout ?? Number.POSITIVE_INFINITY, most);
  }
}

function refuse(message: Message, { reason, advice }: Cancellation): MessageHandlerResult {
  const error = bayeuxError("connect_denied", [], reason);
  return { replies: [failure(message, error, advice && { advice })] };
}
