import type { IClient } from "../clients/client.ts";
import type { RequestContext } from "../exchange/responder.ts";
import { ChannelClientRequest } from "../handlers/client-request.ts";
import type { HandlerRequest } from "../handlers/message-handler.ts";
import { isForbidden } from "../handlers/subscribe-handler.ts";
import { type Awaitable, chain } from "../ports/awaitable.ts";
import { isChannelPattern } from "../protocol/channels.ts";
import type { Message } from "../protocol/message.ts";
import type { Wiring } from "./wiring.ts";

/** A message of a client that wants to know something: what events and service handlers are given. */
export interface ClientQuestion {
  readonly client: IClient;
  readonly message: Message;
  readonly context: RequestContext;
}

export function maySubscribe(
  { access, clients, settings }: Pick<Wiring, "access" | "clients" | "settings">,
  { client: { id }, message, context }: ClientQuestion,
  channel: string,
): Awaitable<boolean> {
  const client = clients.local.get(id);
  if (client === undefined || !isChannelPattern(channel, settings.limits)) return false;
  if (isForbidden(channel, settings)) return false;
  const request: HandlerRequest = { client, message, context };
  const event = new ChannelClientRequest(request, channel);
  return chain(access.toSubscribe(request, event), (denial) => denial === undefined);
}
