import type { ClientProfile, LocalClient } from "../clients/client.ts";
import { Cancellation } from "../events/cancellation.ts";
import type { HandshakingEvent } from "../events/comet-events.ts";
import { type Decision, decide, type Permission } from "../events/policies.ts";
import type { RequestContext } from "../exchange/responder.ts";
import { type Awaitable, chain } from "../ports/awaitable.ts";
import { bayeuxError } from "../protocol/errors.ts";
import type { Advice, Message } from "../protocol/message.ts";
import { isCompatible, PROTOCOL_VERSION } from "../protocol/versions.ts";
import type { HandlerServices } from "./handler-services.ts";
import type { HandlerRequest, IMessageHandler, MessageHandlerResult } from "./message-handler.ts";
import { failure, success } from "./replies.ts";

const GIVE_UP: Advice = { reconnect: "none" };
const TRY_LATER: Advice = { reconnect: "handshake", interval: 1_000 };

class Handshaking extends Cancellation implements HandshakingEvent {
  readonly message: Message;
  readonly context: RequestContext;
  data: { [name: string]: unknown };
  acknowledges = false;

  constructor(message: Message, context: RequestContext, data: Permission["data"]) {
    super();
    this.message = message;
    this.context = context;
    this.data = { ...data };
  }
}

/** `/meta/handshake`: makes a client. */
export class HandshakeHandler implements IMessageHandler {
  readonly #services: HandlerServices;

  constructor(services: HandlerServices) {
    this.#services = services;
  }

  handleMessage({ message, context }: HandlerRequest): Awaitable<MessageHandlerResult> {
    const fault = this.#faultOf(message);
    if (fault !== undefined) return refuse(message, fault, GIVE_UP);
    if (this.#services.isClosing())
      return refuse(message, bayeuxError("server_closing"), TRY_LATER);
    const { policies } = this.#services.settings;
    const decision = decide(policies.handshake, { message, context }, this.#services.ports.log);
    return chain(decision, (decided) => this.#decided(message, context, decided));
  }

  #faultOf({ version, minimumVersion, supportedConnectionTypes }: Message): string | undefined {
    if (version === undefined) return bayeuxError("parameter_missing", ["version"]);
    if (supportedConnectionTypes === undefined) {
      return bayeuxError("parameter_missing", ["supportedConnectionTypes"]);
    }
    if (!isCompatible(version, minimumVersion))
      return bayeuxError("version_unsupported", [version]);
    if (this.#services.connectionTypes.offerTo(supportedConnectionTypes).length > 0)
      return undefined;
    return bayeuxError("connection_type_unsupported", supportedConnectionTypes);
  }

  #decided(
    message: Message,
    context: RequestContext,
    decision: Decision,
  ): Awaitable<MessageHandlerResult> {
    if (!decision.allow) {
      const error = bayeuxError("handshake_denied", [], decision.reason);
      return refuse(message, error, decision.advice ?? GIVE_UP);
    }
    const event = new Handshaking(message, context, decision.data);
    return chain(this.#services.hub.ask("handshaking", event), () =>
      event.isCancelled
        ? refuse(
            message,
            bayeuxError("handshake_denied", [], event.reason),
            event.advice ?? GIVE_UP,
          )
        : this.#create(event, decision),
    );
  }

  #create(event: HandshakingEvent, { validFor }: Permission): Awaitable<MessageHandlerResult> {
    const { clients, ports } = this.#services;
    const profile = {
      ...this.#profileOf(event),
      ...(validFor !== undefined && { isTemporary: true }),
    };
    if (!clients.local.census.hasRoomFor(profile)) {
      return refuse(event.message, bayeuxError("too_many_clients"), GIVE_UP);
    }
    return chain(clients.create(ports.newId(), profile), (client) => {
      if (validFor !== undefined) this.#services.renewals.schedule(client, validFor);
      return this.#welcome(event, client);
    });
  }

  #profileOf({ context, data, acknowledges }: HandshakingEvent): ClientProfile {
    const { presented, offered } = context.browser ?? {};
    const isKept = this.#services.settings.binding !== "off" && offered !== undefined;
    return {
      publicId: this.#services.ports.newId(),
      data,
      ...(acknowledges && { acknowledges }),
      ...(isKept && { browser: offered, isBound: presented !== undefined }),
      ...(context.remoteAddress !== undefined && { address: context.remoteAddress }),
    };
  }

  #welcome({ message, context }: HandshakingEvent, client: LocalClient): MessageHandlerResult {
    const { timeout, interval, maxInterval } = this.#services.settings;
    context.onClient?.(client.id);
    this.#services.hub.state("handshaken", { client, message, context });
    const types = this.#services.connectionTypes.offerTo(message.supportedConnectionTypes ?? []);
    const reply = success(message, {
      version: PROTOCOL_VERSION,
      minimumVersion: PROTOCOL_VERSION,
      supportedConnectionTypes: types,
      clientId: client.id,
      advice: { reconnect: "retry", interval, timeout, maxInterval },
    });
    return { replies: [reply] };
  }
}

function refuse(message: Message, error: string, advice: Advice): MessageHandlerResult {
  return { replies: [failure(message, error, { advice })] };
}
