import { type Awaitable, chain } from "../ports/awaitable.ts";
import type { IStore } from "../store/store.ts";
import type { LocalClient, ReplayRequest } from "./client.ts";
import type { LocalClients } from "./local-clients.ts";
import type { Replays } from "./replays.ts";

/** What clients are subscribed to: in the store, and on this node. */
export class Subscriptions {
  readonly #store: IStore;
  readonly #local: LocalClients;
  readonly #replays: Replays | undefined;

  constructor(store: IStore, local: LocalClients, replays: Replays | undefined) {
    this.#store = store;
    this.#local = local;
    this.#replays = replays;
  }

  /** Settles when the subscription is stored; what is published after that is delivered. False: there is no such client any more. */
  add(client: LocalClient, pattern: string, replay?: ReplayRequest): Awaitable<boolean> {
    if (replay === undefined || this.#replays === undefined) return this.#add(client, pattern);
    return this.#replays.around({
      ...{ client, pattern, replay },
      add: () => this.#add(client, pattern, replay),
      remove: () => this.remove(client, pattern),
    });
  }

  #add(client: LocalClient, pattern: string, replay?: ReplayRequest): Awaitable<boolean> {
    return chain(this.#store.clients.subscribe(client.id, pattern), (since) => {
      if (since === undefined) return false;
      // The node that serves it now was told of it by the store.
      if (!client.isAlive) return client.isElsewhere;
      // What the feed brought meanwhile has passed the client by: it belongs to the replay.
      const from = replay === undefined ? since : this.#local.moveOn(since);
      this.#local.subscribe(client, pattern, from, replay);
      this.#store.log.interest?.(pattern, true);
      return true;
    });
  }

  /** True when the client was subscribed. */
  remove(client: LocalClient, pattern: string): Awaitable<boolean> {
    return chain(this.#store.clients.unsubscribe(client.id, pattern), (wasStored) => {
      const was = this.#local.unsubscribe(client, pattern);
      if (was) this.#store.log.interest?.(pattern, false);
      return was || (client.isElsewhere && wasStored);
    });
  }
}
