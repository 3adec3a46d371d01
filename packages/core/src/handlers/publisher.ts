import type { IClient } from "../clients/client.ts";
import { Cancellation } from "../events/cancellation.ts";
import type { PublishingEvent } from "../events/comet-events.ts";
import type { EventHub } from "../events/event-hub.ts";
import type { ExtensionContext, Extensions } from "../events/extensions.ts";
import type { RequestContext } from "../exchange/responder.ts";
import { type Awaitable, chain } from "../ports/awaitable.ts";
import { byteLengthOf } from "../protocol/byte-length.ts";
import { encodeDelivery } from "../protocol/encode.ts";
import { bayeuxError } from "../protocol/errors.ts";
import type { Message } from "../protocol/message.ts";
import type { IMessageLog, Publication } from "../store/message-log.ts";
import type { ChannelRule, ChannelRules } from "./channel-rules.ts";
import { OwnPublication } from "./own-publication.ts";

/** Where a message to be published comes from, and who is not to get it. */
export interface PublishOrigin {
  readonly client?: IClient;
  readonly context?: RequestContext;
  /** The id, or the public id, of a client that does not get it. */
  readonly except?: string;
  /** What it is known by when it is published again. Only for stores with the ability `producerKeys`. */
  readonly producer?: Publication["producer"];
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

export interface PublisherParts {
  readonly hub: EventHub;
  readonly extensions: Extensions;
  readonly log: IMessageLog;
  readonly rules: ChannelRules;
  /** Drawn by chance, so that nobody can have it in a message by mistake or on purpose. */
  readonly positionMark: string;
}

/** The way of a message into the log: asked, changed, encoded once, appended once. */
export class Publisher {
  readonly #hub: EventHub;
  readonly #extensions: Extensions;
  readonly #log: IMessageLog;
  readonly #rules: ChannelRules;
  readonly #positionMark: string;
  #published = 0;

  constructor({ hub, extensions, log, rules, positionMark }: PublisherParts) {
    this.#hub = hub;
    this.#extensions = extensions;
    this.#log = log;
    this.#rules = rules;
    this.#positionMark = positionMark;
  }

  /** How many messages this node has put into the log. */
  get published(): number {
    return this.#published;
  }

  publish(message: Message, origin: PublishOrigin): Awaitable<PublishFailure> {
    // Closures are made only where there is somebody to wait for.
    if (!this.#hub.has("publishing")) return this.#publish(message, origin);
    return chain(this.ask(message, origin), (failure) => failure ?? this.#publish(message, origin));
  }

  #publish(message: Message, origin: PublishOrigin): Awaitable<PublishFailure> {
    const { channel, data } = message;
    const rule = this.#rules.for(channel);
    const delivery: Message = { channel, data };
    if (!this.#extensions.hasOutgoing) return this.#append(delivery, data, origin, rule);
    const passed = this.#extensions.outgoing(delivery, this.#contextOf(rule, origin));
    return chain(passed, (isKept) =>
      isKept
        ? this.#append(delivery, data, origin, rule)
        : bayeuxError("message_deleted", [delivery.channel]),
    );
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

  /** Puts a message for one client, or for everybody, into the log. */
  deliver(delivery: Message, to: string, except?: string): Awaitable<void> {
    return chain(this.#extensions.outgoing(delivery, {}), (isKept) => {
      if (!isKept) return;
      const extras = except === undefined ? { to } : { to, except };
      const encoded = encodeDelivery(delivery);
      const publication = new OwnPublication(delivery.channel, encoded, extras);
      return chain(this.#log.append(publication), () => undefined);
    });
  }

  #contextOf({ keep }: ChannelRule, origin: PublishOrigin): ExtensionContext {
    return keep === undefined ? origin : { ...origin, position: this.#positionMark };
  }

  /** `data` is what was published, before extensions made of it what is sent. */
  #append(
    delivery: Message,
    data: unknown,
    origin: PublishOrigin,
    rule: ChannelRule,
  ): Awaitable<PublishFailure> {
    const { channel } = delivery;
    const { client } = origin;
    const publication = this.#publicationOf(delivery, data, origin, rule);
    const { maxMessageBytes } = rule.options;
    if (maxMessageBytes !== undefined && byteLengthOf(publication) > maxMessageBytes) {
      return bayeuxError("message_too_large", [channel]);
    }
    return chain(this.#log.append(publication), ({ position, isDuplicate }) => {
      if (isDuplicate) return undefined;
      this.#published++;
      if (this.#hub.has("published")) {
        this.#hub.state("published", { channel, data, position, ...(client && { client }) });
      }
      return undefined;
    });
  }

  #publicationOf(
    delivery: Message,
    data: unknown,
    { except, producer }: PublishOrigin,
    { keep, hints: usual, options }: ChannelRule,
  ): Publication {
    const { channel } = delivery;
    const encoded = encodeDelivery(delivery);
    const key = options.conflate?.(data);
    const hints = typeof key === "string" ? { ...usual, key } : usual;
    // Of most messages there is nothing more to be said.
    if ((keep ?? hints ?? except ?? producer) === undefined) {
      return new OwnPublication(channel, encoded);
    }
    const extras = {
      ...(except !== undefined && { except }),
      ...(producer && { producer }),
      ...(keep && { keep }),
      ...(hints && { hints }),
    };
    const mark = JSON.stringify(this.#positionMark);
    const { json } = encoded;
    const positionAt = keep === undefined ? -1 : json.indexOf(mark);
    if (positionAt === -1) return new OwnPublication(channel, encoded, extras);
    const numbered = `${json.slice(0, positionAt)}0${json.slice(positionAt + mark.length)}`;
    return new OwnPublication(
      channel,
      { ...encoded, json: numbered },
      { ...extras, hints: { ...hints, positionAt } },
    );
  }
}
