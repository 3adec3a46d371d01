import type { IClient } from "../clients/client.ts";
import { Cancellation } from "../events/cancellation.ts";
import type { PublishingEvent } from "../events/comet-events.ts";
import type { EventHub } from "../events/event-hub.ts";
import type { Extensions } from "../events/extensions.ts";
import type { RequestContext } from "../exchange/responder.ts";
import { type Awaitable, chain } from "../ports/awaitable.ts";
import { encodeDelivery } from "../protocol/encode.ts";
import { bayeuxError } from "../protocol/errors.ts";
import type { Message } from "../protocol/message.ts";
import type { IMessageLog, Publication } from "../store/message-log.ts";

/** Where a message to be published comes from, and who is not to get it. */
export interface PublishOrigin {
  readonly client?: IClient;
  readonly context?: RequestContext;
  /** The id of a client that does not get it. */
  readonly except?: string;
}

/** The error to answer with, or undefined when the message is in the log. */
export type PublishFailure = string | undefined;

class Publishing extends Cancellation implements PublishingEvent {
  readonly channel: string;
  readonly message: Message;
  declare readonly client?: IClient;
  declare readonly context?: RequestContext;

  constructor(message: Message, origin: PublishOrigin) {
    super();
    this.channel = message.channel;
    this.message = message;
    if (origin.client !== undefined) this.client = origin.client;
    if (origin.context !== undefined) this.context = origin.context;
  }
}

/** The way of a message into the log: asked, changed, encoded once, appended once. */
export class Publisher {
  readonly #hub: EventHub;
  readonly #extensions: Extensions;
  readonly #log: IMessageLog;
  #published = 0;

  constructor(hub: EventHub, extensions: Extensions, log: IMessageLog) {
    this.#hub = hub;
    this.#extensions = extensions;
    this.#log = log;
  }

  /** How many messages this node has put into the log. */
  get published(): number {
    return this.#published;
  }

  publish(message: Message, origin: PublishOrigin): Awaitable<PublishFailure> {
    return chain(this.ask(message, origin), (failure) => {
      if (failure !== undefined) return failure;
      const delivery: Message = { channel: message.channel, data: message.data };
      return chain(this.#extensions.outgoing(delivery, origin), (isKept) =>
        isKept
          ? this.#append(delivery, origin)
          : bayeuxError("message_deleted", [delivery.channel]),
      );
    });
  }

  /** Raises `publishing`. The error when it was cancelled. */
  ask(message: Message, origin: PublishOrigin): Awaitable<PublishFailure> {
    if (!this.#hub.has("publishing")) return undefined;
    const event = new Publishing(message, origin);
    return chain(this.#hub.ask("publishing", event), () =>
      event.isCancelled
        ? bayeuxError("publish_denied", [message.channel], event.reason)
        : undefined,
    );
  }

  /** Puts a message for one client into the log. */
  deliver(delivery: Message, to: string): Awaitable<void> {
    return chain(this.#extensions.outgoing(delivery, {}), (isKept) => {
      if (!isKept) return;
      const publication = { channel: delivery.channel, json: encodeDelivery(delivery), to };
      return chain(this.#log.append(publication), () => undefined);
    });
  }

  #append(delivery: Message, { client, except }: PublishOrigin): Awaitable<undefined> {
    const { channel, data } = delivery;
    const publication: Publication = {
      channel,
      json: encodeDelivery(delivery),
      ...(except !== undefined && { except }),
    };
    return chain(this.#log.append(publication), ({ position }) => {
      this.#published++;
      if (this.#hub.has("published")) {
        this.#hub.state("published", { channel, data, position, ...(client && { client }) });
      }
      return undefined;
    });
  }
}
