import { isFromItsBrowser } from "../clients/browser-binding.ts";
import type { LocalClient } from "../clients/client.ts";
import type { RequestContext } from "../exchange/responder.ts";
import type { HandlerServices } from "../handlers/handler-services.ts";
import { type Awaitable, chain, isPromise } from "../ports/awaitable.ts";
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
    return this.#limit(this.#services.clients.find(clientId), context);
  }

  /**
   * The same for one who comes back with a connect and may have been elsewhere meanwhile: the news of that may not be here
   * yet, and what this node still has of the client would be sent a second time. Who is on a connection that lasts has not,
   * unless this node stood still for so long that the client may have given it up.
   */
  findBack(clientId: string, context: RequestContext): Awaitable<LocalClient | undefined> {
    const { clients, wheel } = this.#services;
    wheel.noticeStandstill();
    const local = clients.local.get(clientId);
    const isBound = context.connection !== undefined && local?.isDoubtful !== true;
    if (local === undefined || isBound) return this.find(clientId, context);
    const isServed = clients.isStillServed(local);
    // By the id that is known here: to look it up is to find the same string again, not one that reads the same.
    if (isServed === true) return this.find(local.id, context);
    return this.#limit(this.#findOnce(isServed, local), context);
  }

  /** By itself, because its closures would be prepared for every request that need not wait. */
  #findOnce(isServed: Awaitable<boolean>, local: LocalClient): Awaitable<LocalClient | undefined> {
    const { clients } = this.#services;
    return chain(isServed, (isServedHere) => {
      if (!isServedHere && clients.local.get(local.id) === local) clients.leave(local);
      return clients.find(local.id);
    });
  }

  #limit(
    finding: Awaitable<LocalClient | undefined>,
    context: RequestContext,
  ): Awaitable<LocalClient | undefined> {
    if (!isPromise(finding)) return this.#own(finding, context);
    const found = this.#deadline.limit<LocalClient | undefined>(finding, () => {
      if (this.#services.isOver()) return undefined;
      const text = "The store did not find a client in time.";
      return Promise.reject(new CometError("store_failed", text));
    });
    return chain(found, (client) => this.#own(client, context));
  }

  #own(client: LocalClient | undefined, context: RequestContext): LocalClient | undefined {
    return this.#isFrom(client, context) ? client : undefined;
  }

  /** One that was made for somebody is nobody until a handshake was allowed to be it. */
  #isFrom(client: LocalClient | undefined, context: RequestContext): client is LocalClient {
    if (client === undefined || client.awaited !== undefined) return false;
    return isFromItsBrowser(client, context, this.#services.settings.binding);
  }
}
