import type { LocalClient } from "../clients/client.ts";
import { type Awaitable, chain } from "../ports/awaitable.ts";
import { isChannel } from "../protocol/channels.ts";
import type { HandlerServices } from "./handler-services.ts";
import { hasValidKey, producerOf } from "./idempotency.ts";
import type { HandlerRequest, IMessageHandler, MessageHandlerResult } from "./message-handler.ts";
import type { PublishOrigin } from "./publisher.ts";
import { failure, refusal, success } from "./replies.ts";

/** Channels of which it is remembered that their names are right. */
const NAMES_KEPT = 10_000;

/** A publish: puts the message into the log, from which everybody is served, and gives its sender a receipt. */
export class ForwardingHandler implements IMessageHandler {
  readonly #services: HandlerServices;
  readonly #names = new Set<string>();

  constructor(services: HandlerServices) {
    this.#services = services;
  }

  handleMessage(request: HandlerRequest): Awaitable<MessageHandlerResult> {
    const { message } = request;
    const { channel } = message;
    if (!this.#isChannel(channel)) {
      const { channelLength } = this.#services.settings.limits;
      return refusal(message, "channel_invalid", [channel.slice(0, channelLength)]);
    }
    if (message.data === undefined) return refusal(message, "data_missing");
    if (!hasValidKey(message)) return refusal(message, "field_invalid", ["ext.idempotencyKey"]);
    const denial = this.#services.access.toPublish(request, channel);
    if (denial === undefined) return this.#publish(request);
    return chain(denial, (error) =>
      error === undefined ? this.#publish(request) : { replies: [failure(message, error)] },
    );
  }

  /** Most messages go to a channel that the one before went to, too, and to read its name is a good part of what they cost. */
  #isChannel(name: string): boolean {
    if (this.#names.has(name)) return true;
    if (!isChannel(name, this.#services.settings.limits)) return false;
    if (this.#names.size >= NAMES_KEPT) this.#names.clear();
    this.#names.add(name);
    return true;
  }

  #publish({ message, client, context }: HandlerRequest): Awaitable<MessageHandlerResult> {
    const sender = client as LocalClient;
    const { rules, settings } = this.#services;
    const { options } = rules.for(message.channel);
    const { broadcastToPublisher = settings.broadcastToPublisher } = options;
    const origin: PublishOrigin = broadcastToPublisher
      ? { client: sender, context }
      : { client: sender, context, except: sender.id };
    const producer = this.#services.hasKeys ? producerOf(message) : undefined;
    const from = producer === undefined ? origin : { ...origin, ...producer };
    return chain(this.#services.publisher.publish(message, from), (error) => ({
      replies: [error === undefined ? success(message) : failure(message, error)],
    }));
  }
}
