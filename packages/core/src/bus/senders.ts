import { isFromItsBrowser } from "../clients/browser-binding.ts";
import type { LocalClient } from "../clients/client.ts";
import type { RequestContext } from "../exchange/responder.ts";
import type { HandlerServices } from "../handlers/handler-services.ts";
import { type Awaitable, chain } from "../ports/awaitable.ts";
import { Deadline } from "../ports/deadline.ts";
import { CometError } from "../protocol/errors.ts";

/** Finds out which client a request is from. */
export class Senders {
  readonly #services: HandlerServices;
  readonly #deadline: Deadline;

  constructor(services: HandlerServices) {
    this.#services = services;
    this.#deadline = new Deadline(services.wheel, services.settings.limits.handlerTimeout);
  }

  /**
   * Undefined: there is no such client, or the request does not come from its browser. Rejects where the store does
   * not answer in time: the request must not wait for ever.
   */
  find(clientId: string, context: RequestContext): Awaitable<LocalClient | undefined> {
    const found = this.#deadline.limit<LocalClient | undefined>(
      this.#services.clients.find(clientId),
      () => {
        if (this.#services.isOver()) return undefined;
        const text = "The store did not find a client in time.";
        return Promise.reject(new CometError("store_failed", text));
      },
    );
    return chain(found, (client) =>
      client !== undefined && isFromItsBrowser(client, context, this.#services.settings.binding)
        ? client
        : undefined,
    );
  }
}
