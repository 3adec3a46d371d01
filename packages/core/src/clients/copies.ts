import { type Awaitable, chain, forEachInOrder } from "../ports/awaitable.ts";
import type { LogEntry, Position } from "../store/message-log.ts";
import type { LocalClient } from "./client.ts";
import type { NewSubscription, ReplayParts } from "./new-subscription.ts";
import { type Recalled, recall, tellGap, wantedBy } from "./recall.ts";
import { stamped } from "./stamped.ts";

/** How often it is tried to subscribe at a moment when nothing is published. */
const MOST_ROUNDS = 10;

/**
 * Replays for clients that acknowledge. What was kept is put into the log once more, for the client alone, because its
 * acknowledgements are places there. The subscription begins behind the copies, so that all is in order in the log, and
 * whichever node reads it there gives the client the same.
 */
export class Copies {
  readonly #parts: ReplayParts;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /**
   * Subscribes when all is copied for which the client has room: what it has not acknowledged takes room, so that nobody
   * fills the log by asking again and again. False: there is no such client any more.
   */
  around(subscription: NewSubscription): Awaitable<boolean> {
    const { client, pattern, replay } = subscription;
    const { history, local, observer } = this.#parts;
    return chain(recall(history, pattern, replay), (recalled) => {
      tellGap(observer, client, recalled);
      const entries = local.fitting(client, wantedBy(client, recalled));
      return this.#copyAndAdd(subscription, { ...recalled, entries }, 1);
    });
  }

  /** What is published between the copies and the subscription is copied in the next round. */
  #copyAndAdd(
    subscription: NewSubscription,
    recalled: Recalled,
    round: number,
  ): Awaitable<boolean> {
    const { client, pattern, add, remove } = subscription;
    return chain(this.#copy(client, wantedBy(client, recalled)), () =>
      chain(add(), (isDone) => {
        const { since } = client.patterns.get(pattern) ?? {};
        if (!isDone || since === undefined) return isDone;
        const until = since[this.#parts.log.partitionOf(pattern)] as Position;
        return chain(this.#missed(pattern, recalled.head, until), (missed) => {
          if (missed.entries.length === 0) return true;
          // Better late than never, where it is published without a pause.
          if (round >= MOST_ROUNDS) return chain(this.#copy(client, missed.entries), () => true);
          return chain(remove(), () => this.#copyAndAdd(subscription, missed, round + 1));
        });
      }),
    );
  }

  #missed(channel: string, after: Position, until: Position): Awaitable<Recalled> {
    if (until <= after) return { entries: [], head: after };
    return chain(recall(this.#parts.history, channel, { since: after }, until), ({ entries }) => ({
      ...{ entries, head: until },
    }));
  }

  #copy(client: LocalClient, entries: readonly LogEntry[]): Awaitable<void> {
    return forEachInOrder(entries, (entry) => {
      const { channel, json } = stamped(entry);
      return chain(this.#parts.log.append({ channel, json, to: client.id }), () => undefined);
    });
  }
}
