import type { LocalClient } from "../clients/client.ts";
import { type Awaitable, chain } from "../ports/awaitable.ts";
import { bayeuxError } from "../protocol/errors.ts";
import { ClientRequest } from "./client-request.ts";
import type { HandlerServices } from "./handler-services.ts";
import type { HandlerRequest, IMessageHandler, MessageHandlerResult } from "./message-handler.ts";
import { failure, successFor, unknownClient } from "./replies.ts";

/** `/meta/disconnect`: ends the client; a connect of it that is held is answered. */
export class DisconnectHandler implements IMessageHandler {
  readonly #services: HandlerServices;

  constructor(services: HandlerServices) {
    this.#services = services;
  }

  handleMessage(request: HandlerRequest): Awaitable<MessageHandlerResult> {
    const { clients, hub } = this.#services;
    const { message } = request;
    const client = request.client as LocalClient;
    const event = new ClientRequest(request);
    return chain(hub.ask("disconnecting", event), () => {
      if (event.isCancelled) {
        return { replies: [failure(message, bayeuxError("disconnect_denied", [], event.reason))] };
      }
      return chain(clients.end(client, "disconnect"), (wasThere) => ({
        replies: [wasThere ? successFor(message, client.id) : unknownClient(message)],
      }));
    });
  }
}
