import { isFromItsBrowser } from "../clients/browser-binding.ts";
import type { ClientProfile, IClient, LocalClient } from "../clients/client.ts";
import { Cancellation } from "../events/cancellation.ts";
import type { HandshakingEvent } from "../events/comet-events.ts";
import { type Decision, decide, type Permission } from "../events/policies.ts";
import type { RequestContext } from "../exchange/responder.ts";
import { type Awaitable, chain } from "../ports/awaitable.ts";
import { bayeuxError } from "../protocol/errors.ts";
import type { Advice, Message } from "../protocol/message.ts";
import { isCompatible, PROTOCOL_VERSION } from "../protocol/versions.ts";
import { profiled } from "./client-traits.ts";
import type { HandlerServices } from "./handler-services.ts";
import { asksForKeys } from "./idempotency.ts";
import type { HandlerRequest, IMessageHandler, MessageHandlerResult } from "./message-handler.ts";
import { failure, success } from "./replies.ts";

const GIVE_UP: Advice = { reconnect: "none" };
const TRY_LATER: Advice = { reconnect: "handshake", interval: 1_000 };

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

class Handshaking extends Cancellation implements HandshakingEvent {
  readonly message: Message;
  readonly context: RequestContext;
  readonly client: LocalClient | undefined;
  data: { [name: string]: unknown };
  acknowledges = false;

  constructor(
    { message, context }: HandlerRequest,
    client: LocalClient | undefined,
    data: Permission["data"],
  ) {
    super();
    this.message = message;
    this.context = context;
    this.client = client;
    this.data = { ...client?.data, ...data };
  }
}

/** `/meta/handshake`: makes a client, or lets somebody be the client that the application has made for him. */
export class HandshakeHandler implements IMessageHandler {
  readonly #services: HandlerServices;

  constructor(services: HandlerServices) {
    this.#services = services;
  }

  handleMessage(request: HandlerRequest): Awaitable<MessageHandlerResult> {
    const { message } = request;
    const fault = this.#faultOf(message);
    if (fault !== undefined) return refuse(message, fault, GIVE_UP);
    if (this.#services.isClosing())
      return refuse(message, bayeuxError("server_closing"), TRY_LATER);
    const token = message.ext?.clientToken;
    if (token === undefined) return this.#ask(request, undefined);
    const found = typeof token === "string" ? this.#services.clients.find(token) : undefined;
    return chain(found, (client) =>
      this.#mayPresent(client, request.context) ? this.#ask(request, client) : noClient(message),
    );
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

  /** Only a client that was made for somebody, and only from the browser in which somebody was it before. */
  #mayPresent(client: LocalClient | undefined, context: RequestContext): boolean {
    if (client?.isAlive !== true || client.profile.presentWithin === undefined) return false;
    return isFromItsBrowser(client, context, this.#services.settings.binding);
  }

  #ask(request: HandlerRequest, client: LocalClient | undefined): Awaitable<MessageHandlerResult> {
    const { message, context } = request;
    const { policies } = this.#services.settings;
    const asked = { message, context, ...(client && { client: client satisfies IClient }) };
    const decision = decide(policies.handshake, asked, this.#services.ports.log);
    return chain(decision, (decided) => this.#decided(request, client, decided));
  }

  #decided(
    request: HandlerRequest,
    client: LocalClient | undefined,
    decision: Decision,
  ): Awaitable<MessageHandlerResult> {
    if (!decision.allow) return deny(request.message, decision.reason, decision.advice);
    const event = new Handshaking(request, client, decision.data);
    return chain(this.#services.hub.ask("handshaking", event), () =>
      event.isCancelled
        ? deny(request.message, event.reason, event.advice)
        : this.#welcomeAs(event, decision),
    );
  }

  #welcomeAs(event: Handshaking, permission: Permission): Awaitable<MessageHandlerResult> {
    const { client } = event;
    if (client === undefined) return this.#welcomeUnder(event, permission);
    // One after the other, and much may have happened until then: it may be gone, or be somebody else's.
    return client.lane.run(() =>
      this.#mayPresent(client, event.context)
        ? this.#welcomeUnder(event, permission)
        : goneClient(event.message, client),
    );
  }

  #welcomeUnder(event: Handshaking, permission: Permission): Awaitable<MessageHandlerResult> {
    const { clients, clientIds, renewals } = this.#services;
    const { message, client } = event;
    const profile = this.#profileOf(event, permission);
    if (this.#typesFor(message, profile).length === 0) {
      const types = message.supportedConnectionTypes ?? [];
      return refuse(message, bayeuxError("connection_type_unsupported", types), GIVE_UP);
    }
    if (!this.#hasRoomFor(profile, client)) {
      return refuse(message, bayeuxError("too_many_clients"), GIVE_UP);
    }
    const welcome = (welcomed: LocalClient): MessageHandlerResult => {
      renewals.schedule(welcomed, permission.validFor);
      return this.#welcome(event, welcomed);
    };
    if (client === undefined) {
      return chain(clients.create(clientIds.next(event.context), profile), welcome);
    }
    return chain(clients.present(client, profile), (isDone) =>
      isDone ? welcome(client) : goneClient(message, client),
    );
  }

  /** Filled in step by step: to spread what may be missing took a third of all that a handshake takes here. */
  #profileOf(event: Handshaking, { validFor, client: traits }: Permission): ClientProfile {
    const { context, data, acknowledges, client } = event;
    const { presented, offered } = context.browser ?? {};
    const profile: Writable<ClientProfile> =
      client === undefined
        ? { publicId: this.#services.ports.newId(), data, acknowledges }
        : { ...lasting(client.profile), data, acknowledges, isPresented: true };
    if (traits !== undefined) Object.assign(profile, profiled(traits));
    if (offered !== undefined && this.#services.settings.binding !== "off") {
      profile.browser = offered;
      profile.isBound = presented !== undefined;
    }
    if (context.remoteAddress !== undefined) profile.address = context.remoteAddress;
    if (validFor !== undefined) profile.isTemporary = true;
    return profile;
  }

  /** A client that is there already is counted already, unless it comes from elsewhere now. */
  #hasRoomFor({ browser, address }: ClientProfile, client: LocalClient | undefined): boolean {
    const before = client?.profile;
    return this.#services.clients.local.census.hasRoomFor({
      browser: browser === before?.browser ? undefined : browser,
      address: address === before?.address ? undefined : address,
    });
  }

  #typesFor({ supportedConnectionTypes = [] }: Message, profile: ClientProfile): readonly string[] {
    const offered = this.#services.connectionTypes.offerTo(supportedConnectionTypes);
    const { connectionTypes } = profile;
    if (connectionTypes === undefined) return offered;
    const allowed = offered.filter((type) => connectionTypes.includes(type));
    return allowed.some((type) => supportedConnectionTypes.includes(type)) ? allowed : [];
  }

  #welcome({ message, context }: Handshaking, client: LocalClient): MessageHandlerResult {
    const { pace, hub } = this.#services;
    context.onClient?.(client.id);
    hub.state("handshaken", { client, message, context });
    const interval = pace.newIntervalFor(client) ?? pace.intervalOf(client);
    const timeout = pace.timeoutOf(client);
    const reply = success(message, {
      version: PROTOCOL_VERSION,
      minimumVersion: PROTOCOL_VERSION,
      supportedConnectionTypes: this.#typesFor(message, client.profile),
      clientId: client.id,
      advice: { reconnect: "retry", interval, timeout, maxInterval: pace.maxIntervalOf(client) },
      ...(this.#services.hasKeys && asksForKeys(message) && { ext: { idempotency: true } }),
    });
    return { replies: [reply] };
  }
}

/** What of a profile does not end with its handshake. */
function lasting({ isTemporary, ...kept }: ClientProfile): ClientProfile {
  return kept;
}

function goneClient(message: Message, client: LocalClient): MessageHandlerResult {
  return noClient(message, client.isElsewhere ? TRY_LATER : GIVE_UP);
}

/** The same for all, so that nobody learns why. */
function noClient(message: Message, advice = GIVE_UP): MessageHandlerResult {
  return deny(message, "There is no such client.", advice);
}

function deny(message: Message, reason?: string, advice = GIVE_UP): MessageHandlerResult {
  return refuse(message, bayeuxError("handshake_denied", [], reason), advice);
}

function refuse(message: Message, error: string, advice: Advice): MessageHandlerResult {
  return { replies: [failure(message, error, { advice })] };
}
