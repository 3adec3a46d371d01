import type { LocalClient } from "../clients/client.ts";
import { type Awaitable, chain, forEachInOrder } from "../ports/awaitable.ts";
import { isChannelPattern } from "../protocol/channels.ts";
import type { HandlerServices } from "./handler-services.ts";
import type { HandlerRequest, IMessageHandler, MessageHandlerResult } from "./message-handler.ts";
import { refusal, success } from "./replies.ts";
import { echo, patternsOf } from "./subscribe-handler.ts";

/** `/meta/unsubscribe`. To leave a channel that one is not on is no mistake. */
export class UnsubscribeHandler implements IMessageHandler {
  readonly #services: HandlerServices;

  constructor(services: HandlerServices) {
    this.#services = services;
  }

  handleMessage(request: HandlerRequest): Awaitable<MessageHandlerResult> {
    const { message } = request;
    const { limits } = this.#services.settings;
    const patterns = patternsOf(message);
    if (patterns.length === 0) return refusal(message, "subscription_missing");
    const invalid = patterns.find((pattern) => !isChannelPattern(pattern, limits));
    if (invalid !== undefined) return refusal(message, "subscription_invalid", [invalid]);
    const client = request.client as LocalClient;
    return chain(
      forEachInOrder(patterns, (pattern) => this.#leave(client, pattern)),
      () => ({ replies: [success(message, echo(request))] }),
    );
  }

  #leave(client: LocalClient, channel: string): Awaitable<void> {
    if (!client.patterns.has(channel) && !client.isElsewhere) return;
    return chain(this.#services.clients.subscriptions.remove(client, channel), (was) => {
      if (was) this.#services.hub.state("unsubscribed", { client, channel });
    });
  }
}
