import { type Awaitable, attempt, chain } from "../ports/awaitable.ts";
import type { LogEntry, Position } from "../store/message-log.ts";
import { letIn } from "./catch-up.ts";
import type { LocalClient, Subscription } from "./client.ts";
import { Copies } from "./copies.ts";
import type { NewSubscription, ReplayParts } from "./new-subscription.ts";
import { recall, tellGap, wantedBy } from "./recall.ts";
import { stamped } from "./stamped.ts";

/** Gives a new subscriber messages that were kept, before all that is published after it subscribed. */
export class Replays {
  readonly #parts: ReplayParts;
  readonly #copies: Copies;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
    this.#copies = new Copies(parts);
  }

  /** Subscribes, and lets wait what the feed brings meanwhile. False: there is no such client any more. */
  around(subscription: NewSubscription): Awaitable<boolean> {
    return subscription.client.reading.run(() => this.#around(subscription));
  }

  /** Puts the kept messages into the mailbox of a client that does not acknowledge. */
  bring(client: LocalClient, { pattern, since, replay }: Subscription): Awaitable<void> {
    if (replay === undefined) return;
    const { history, log, observer } = this.#parts;
    const until = since[log.partitionOf(pattern)] as Position;
    return chain(recall(history, pattern, replay, until), (recalled) => {
      tellGap(observer, client, recalled);
      this.#queue(client, wantedBy(client, recalled), until);
    });
  }

  #around(subscription: NewSubscription): Awaitable<boolean> {
    const { local, log } = this.#parts;
    const { client } = subscription;
    client.backlog = [];
    const done = attempt(
      () =>
        client.acknowledges ? this.#copies.around(subscription) : this.#addAndBring(subscription),
      (cause) => {
        letIn(client, local, log);
        throw cause;
      },
    );
    return chain(done, (isDone) => {
      letIn(client, local, log);
      return isDone;
    });
  }

  #addAndBring({ client, pattern, add }: NewSubscription): Awaitable<boolean> {
    return chain(add(), (isDone) => {
      const subscription = client.patterns.get(pattern);
      if (!isDone || subscription === undefined) return isDone;
      return chain(this.bring(client, subscription), () => true);
    });
  }

  #queue(client: LocalClient, entries: readonly LogEntry[], position: Position): void {
    const waiting = client.backlog;
    client.backlog = undefined;
    // At the place where the subscription begins, so that they are in order with what comes after it.
    for (const entry of entries) {
      const { channel, json } = stamped(entry);
      this.#parts.local.queueReplayed(client, { channel, json, position });
    }
    client.backlog = waiting;
  }
}
