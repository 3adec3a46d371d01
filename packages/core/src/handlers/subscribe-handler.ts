import type { LocalClient, ReplayRequest } from "../clients/client.ts";
import { type Awaitable, attempt, chain, forEachInOrder } from "../ports/awaitable.ts";
import { isChannelPattern, kindOf } from "../protocol/channels.ts";
import { bayeuxError } from "../protocol/errors.ts";
import type { Message } from "../protocol/message.ts";
import { ChannelClientRequest } from "./client-request.ts";
import type { HandlerServices, HandlerSettings } from "./handler-services.ts";
import type { HandlerRequest, IMessageHandler, MessageHandlerResult } from "./message-handler.ts";
import { failure, success, unknownClient } from "./replies.ts";

/** `/meta/subscribe`: to all of the channels and patterns in the message, or to none. */
export class SubscribeHandler implements IMessageHandler {
  readonly #services: HandlerServices;

  constructor(services: HandlerServices) {
    this.#services = services;
  }

  handleMessage(request: HandlerRequest): Awaitable<MessageHandlerResult> {
    const { message } = request;
    const patterns = patternsOf(message);
    const fault = this.#faultOf(request.client as LocalClient, patterns);
    if (fault !== undefined) return refuse(message, fault);
    const replays = new Map<string, ReplayRequest>();
    return chain(this.#firstDenial(request, patterns, replays), (denial) => {
      if (denial !== undefined) return refuse(message, denial);
      return chain(this.#subscribe(request.client as LocalClient, patterns, replays), (isDone) => ({
        replies: [isDone ? success(message, echo(request)) : unknownClient(message)],
      }));
    });
  }

  #faultOf(client: LocalClient, patterns: readonly string[]): string | undefined {
    const { limits } = this.#services.settings;
    if (patterns.length === 0) return bayeuxError("subscription_missing");
    if (patterns.length > limits.subscriptionsPerMessage)
      return bayeuxError("too_many_subscriptions");
    if (client.patterns.size + patterns.length > limits.subscriptionsPerClient) {
      const added = new Set(patterns.filter((pattern) => !client.patterns.has(pattern)));
      if (client.patterns.size + added.size > limits.subscriptionsPerClient) {
        return bayeuxError("too_many_subscriptions");
      }
    }
    for (const pattern of patterns) {
      if (!isChannelPattern(pattern, limits)) return bayeuxError("subscription_invalid", [pattern]);
      if (isForbidden(pattern, this.#services.settings))
        return bayeuxError("subscribe_denied", [pattern]);
    }
  }

  #firstDenial(
    request: HandlerRequest,
    patterns: readonly string[],
    replays: Map<string, ReplayRequest>,
    from = 0,
  ): Awaitable<string | undefined> {
    const pattern = patterns[from];
    if (pattern === undefined) return undefined;
    return chain(
      this.#denialOf(request, pattern, replays),
      (denial) => denial ?? this.#firstDenial(request, patterns, replays, from + 1),
    );
  }

  #denialOf(
    request: HandlerRequest,
    pattern: string,
    replays: Map<string, ReplayRequest>,
  ): Awaitable<string | undefined> {
    const { keep, replay } = this.#services.rules.for(pattern);
    const event = new ChannelClientRequest(request, pattern);
    event.replay = replay;
    return chain(this.#services.access.toSubscribe(request, event), (denial) => {
      const wanted = keep === undefined ? replay : (event.replay ?? replay);
      if (wanted !== undefined) replays.set(pattern, wanted);
      return denial;
    });
  }

  /** False: the client was gone before it was done. Where the store fails half-way, what was done is undone. */
  #subscribe(
    client: LocalClient,
    patterns: readonly string[],
    replays: ReadonlyMap<string, ReplayRequest>,
  ): Awaitable<boolean> {
    const added = new Set(patterns.filter((pattern) => isNew(client, pattern)));
    let isDone = true;
    const stored = attempt(
      () =>
        forEachInOrder([...added], (pattern) =>
          chain(this.#add(client, pattern, replays.get(pattern)), (isAdded) => {
            isDone &&= isAdded;
          }),
        ),
      (cause) => {
        for (const pattern of added) void this.#remove(client, pattern);
        throw cause;
      },
    );
    return chain(stored, () => {
      // Elsewhere it goes on with what is stored, but replays are for those who are here.
      const goesOn = client.isElsewhere && replays.size === 0;
      if (!isDone || !(client.isAlive || goesOn)) return false;
      for (const channel of added) this.#services.hub.state("subscribed", { client, channel });
      return true;
    });
  }

  #add(client: LocalClient, pattern: string, replay?: ReplayRequest): Awaitable<boolean> {
    return this.#services.clients.subscriptions.add(client, pattern, replay);
  }

  #remove(client: LocalClient, pattern: string): Awaitable<unknown> {
    return attempt(
      () => this.#services.clients.subscriptions.remove(client, pattern),
      (cause) =>
        this.#services.ports.log("error", "A subscription could not be undone.", { cause }),
    );
  }
}

/** True of what nobody may subscribe to, whatever the policies say. */
export function isForbidden(
  pattern: string,
  { allowRootWildcard }: Pick<HandlerSettings, "allowRootWildcard">,
): boolean {
  return kindOf(pattern) === "meta" || (pattern === "/**" && !allowRootWildcard);
}

/** What is named by a subscribe or unsubscribe message. */
export function patternsOf({ subscription }: Message): readonly string[] {
  if (subscription === undefined) return [];
  return typeof subscription === "string" ? [subscription] : subscription;
}

/** The reply names the subscription in the form in which it was asked for: clients look it up by that. */
export function echo({ message, client }: HandlerRequest): Partial<Message> {
  const { subscription } = message;
  const echoed: Partial<Message> = client === undefined ? {} : { clientId: client.id };
  return subscription === undefined ? echoed : Object.assign(echoed, { subscription });
}

/** Service channels are between one client and the server: there is nothing to subscribe to, and no harm in trying. */
function isNew(client: LocalClient, pattern: string): boolean {
  return kindOf(pattern) === "broadcast" && !client.patterns.has(pattern);
}

function refuse(message: Message, error: string): MessageHandlerResult {
  const { subscription } = message;
  return { replies: [failure(message, error, subscription === undefined ? {} : { subscription })] };
}
