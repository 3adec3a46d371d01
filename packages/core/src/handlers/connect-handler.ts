import type { LocalClient } from "../clients/client.ts";
import { CROWDED_INTERVAL } from "../clients/occupancy.ts";
import type { Cancellation } from "../events/cancellation.ts";
import type { ConnectingEvent } from "../events/comet-events.ts";
import { type Awaitable, chain } from "../ports/awaitable.ts";
import { bayeuxError } from "../protocol/errors.ts";
import type { Advice, Message } from "../protocol/message.ts";
import { ClientRequest } from "./client-request.ts";
import type { ConnectionTypeOptions } from "./connection-types.ts";
import type { HandlerServices } from "./handler-services.ts";
import type { HandlerRequest, IMessageHandler, MessageHandlerResult } from "./message-handler.ts";
import { failure, goneClient, refusal, successFor } from "./replies.ts";

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
    if (!this.#services.connectionTypes.mayUse(client.profile, connectionType)) {
      return refusal(message, "connection_type_unsupported", [connectionType]);
    }
    if (!this.#services.hub.has("connecting"))
      return this.#connect(request, client, connectionType);
    const event = new ClientRequest(request);
    return chain(this.#services.hub.ask("connecting", event satisfies ConnectingEvent), () =>
      event.isCancelled ? refuse(message, event) : this.#connect(request, client, connectionType),
    );
  }

  #connect(
    { message, context }: HandlerRequest,
    client: LocalClient,
    type: string,
  ): MessageHandlerResult {
    if (!client.isAlive) return { replies: [goneClient(message, client)] };
    client.isSharing = context.connection === undefined && context.isMultiplexed !== true;
    const isFirst = !client.hasConnected;
    client.hasConnected = true;
    // Who connects in another way has given up the stream; but some begin with a connect that is answered at once.
    if (!isFirst && client.stream !== undefined && client.stream.transport !== type) {
      this.#services.clients.endStream(client);
    }
    const own = this.#services.connectionTypes.optionsOf(type);
    const holdFor = this.#holdFor(message, client, own);
    const isCrowded = holdFor > 0 && this.#services.occupancy.isFullFor(client);
    const advice = this.#adviceFor(client, own, { isFirst, isCrowded });
    const { gap } = client;
    client.toldGap = gap;
    const reply = successFor(message, client.id);
    if (advice !== undefined) reply.advice = advice;
    if (gap !== undefined) reply.ext = { gap };
    // The first connect tells the client that it is connected, and bad news do not wait either.
    const isNews = isFirst || isCrowded || gap !== undefined;
    const isAtOnce = isNews || holdFor === 0 || this.#services.isClosing();
    const replies = [reply];
    return isAtOnce ? { replies, isConnect: true } : { replies, isConnect: true, holdFor };
  }

  /** Said once, each time where the type has ways of its own, and when something has changed. */
  #adviceFor(
    client: LocalClient,
    own: ConnectionTypeOptions | undefined,
    { isFirst, isCrowded }: { readonly isFirst: boolean; readonly isCrowded: boolean },
  ): Advice | undefined {
    const { pace } = this.#services;
    client.typeInterval = own?.interval ?? 0;
    const isNew = pace.newIntervalFor(client) !== undefined;
    const { timeout = pace.timeoutOf(client), interval = pace.intervalOf(client) } = own ?? {};
    if (this.#services.isClosing())
      return { reconnect: "retry", interval: Math.max(interval, 1_000) };
    if (isCrowded) return this.#crowded(client, interval);
    const wasCrowded = client.isCrowded;
    client.isCrowded = false;
    if (!isFirst && !isNew && !wasCrowded && own === undefined) return undefined;
    // Who is answered at once is not told so: by this time some measure how long any answer may take.
    const advice: Advice = { reconnect: "retry", interval, ...(timeout > 0 && { timeout }) };
    return wasCrowded ? { ...advice, "multiple-clients": false } : advice;
  }

  /** It gets what waits for it, and comes back later: its browser needs the connection for something else. */
  #crowded(client: LocalClient, interval: number): Advice {
    client.isCrowded = true;
    return {
      reconnect: "retry",
      interval: Math.max(interval, CROWDED_INTERVAL),
      "multiple-clients": true,
    };
  }

  #holdFor(
    { advice }: Message,
    client: LocalClient,
    own: ConnectionTypeOptions | undefined,
  ): number {
    const most = own?.timeout ?? this.#services.pace.timeoutOf(client);
    return Math.min(advice?.timeout ?? Number.POSITIVE_INFINITY, most);
  }
}

function refuse(message: Message, { reason, advice }: Cancellation): MessageHandlerResult {
  const error = bayeuxError("connect_denied", [], reason);
  return { replies: [failure(message, error, advice && { advice })] };
}
