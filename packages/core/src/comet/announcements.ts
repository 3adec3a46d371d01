import type { LocalClient } from "../clients/client.ts";
import type { EndReason, IDirectoryObserver } from "../clients/client-directory.ts";
import type { Overflow } from "../clients/local-clients.ts";
import type { EventHub } from "../events/event-hub.ts";
import type { LogEntry, Position } from "../store/message-log.ts";
import type { Counters } from "./stats.ts";

/** Turns what happens to clients into events and figures. */
export class Announcements implements IDirectoryObserver {
  readonly #hub: EventHub;
  readonly #counters: Counters;

  constructor(hub: EventHub, counters: Counters) {
    this.#hub = hub;
    this.#counters = counters;
  }

  onDelivered(client: LocalClient, count: number): void {
    this.#counters.delivered += count;
    if (this.#hub.has("delivered")) this.#hub.state("delivered", { client, count });
  }

  readonly onOverflow = (client: LocalClient, { channel }: LogEntry, overflow: Overflow): void => {
    this.#counters[overflow.policy === "conflate" ? "conflated" : "dropped"] += overflow.dropped;
    if (this.#hub.has("overflow")) this.#hub.state("overflow", { client, channel, ...overflow });
  };

  onEnded(client: LocalClient, reason: EndReason, subscriptions: readonly string[]): void {
    this.#counters.ended++;
    for (const channel of subscriptions) this.#hub.state("unsubscribed", { client, channel });
    this.#hub.state("disconnected", { client, reason });
  }

  readonly onGap = (client: LocalClient, from: Position, to: Position): void => {
    this.#counters.gaps++;
    client.gap = { from: client.gap?.from ?? from, to };
    this.#hub.state("gap", { client, from, to });
  };
}
