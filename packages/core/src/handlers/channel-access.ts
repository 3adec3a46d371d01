import type { LocalClient } from "../clients/client.ts";
import { type ChannelRequest, type Decision, decide, type Policy } from "../events/policies.ts";
import { type Awaitable, chain } from "../ports/awaitable.ts";
import { kindOf } from "../protocol/channels.ts";
import { type BayeuxErrorCode, bayeuxError } from "../protocol/errors.ts";
import type { ChannelClientRequest } from "./client-request.ts";
import type { HandlerServices } from "./handler-services.ts";
import type { HandlerRequest } from "./message-handler.ts";

type AccessServices = Pick<HandlerServices, "settings" | "ports" | "clients" | "rules" | "hub">;

/** Asks whether a client may use a channel. Answers with the error of the first that refuses. */
export class ChannelAccess {
  readonly #services: AccessServices;

  constructor(services: AccessServices) {
    this.#services = services;
  }

  /** Asks the policies, then those who listen to `subscribing`. */
  toSubscribe(request: HandlerRequest, event: ChannelClientRequest): Awaitable<string | undefined> {
    const { channel } = event;
    const { hub, settings } = this.#services;
    const asked = this.#ask(request, channel, settings.policies.subscribe, "subscribe_denied");
    return chain(asked, (denial) => {
      if (denial !== undefined || !hub.has("subscribing")) return denial;
      return chain(hub.ask("subscribing", event), () =>
        event.isCancelled ? bayeuxError("subscribe_denied", [channel], event.reason) : undefined,
      );
    });
  }

  /** Asks the policies only. */
  toPublish(request: HandlerRequest, channel: string): Awaitable<string | undefined> {
    return this.#ask(request, channel, this.#services.settings.policies.publish, "publish_denied");
  }

  #ask(
    { client, message, context }: HandlerRequest,
    channel: string,
    policy: Policy<ChannelRequest> | undefined,
    code: BayeuxErrorCode,
  ): Awaitable<string | undefined> {
    // Nobody is asked in most applications, and then nothing is to be looked up or prepared for it.
    if (policy === undefined && this.#services.settings.policies.create === undefined) return;
    const asked = { client: client as LocalClient, channel, message, context };
    const log = this.#services.ports.log;
    return chain(decide(this.#creation(channel), asked, log), (creation) => {
      if (!creation.allow) return denial("create_denied", channel, creation);
      return chain(decide(policy, asked, log), (use) =>
        use.allow ? undefined : denial(code, channel, use),
      );
    });
  }

  /** Undefined, which allows, where the channel is there already. Service channels always are. */
  #creation(channel: string): Policy<ChannelRequest> | undefined {
    const isThere =
      kindOf(channel) === "service" ||
      this.#services.clients.local.hasSubscriber(channel) ||
      this.#services.rules.for(channel).options.persistent === true;
    return isThere ? undefined : this.#services.settings.policies.create;
  }
}

function denial(code: BayeuxErrorCode, channel: string, decision: Decision): string {
  return bayeuxError(code, [channel], decision.allow ? undefined : decision.reason);
}
