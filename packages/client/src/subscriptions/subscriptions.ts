import { patternsCovering } from "../channels.ts";
import type { CometError } from "../comet-error.ts";
import type { Outbox } from "../engine/outbox.ts";
import type { Delivery, Subscription, SubscriptionOwner } from "./subscription.ts";

/** A pattern to which somebody here is subscribed. */
interface Topic {
  readonly subscriptions: Set<Subscription>;
  /** What is wanted of the messages before, in the form of the protocol. */
  replay: unknown;
  isReady: boolean;
}

/** Who listens to what. The server is told of the first subscription to a pattern, and of the last one's end. */
export class Subscriptions implements SubscriptionOwner {
  readonly #outbox: Outbox;
  readonly failed: (cause: unknown) => void;
  readonly #topics = new Map<string, Topic>();

  constructor(outbox: Outbox, failed: (cause: unknown) => void) {
    this.#outbox = outbox;
    this.failed = failed;
  }

  add(subscription: Subscription): void {
    const { channel, options } = subscription;
    const { history, replay = history === undefined ? undefined : { last: history } } = options;
    const topic = this.#topics.get(channel) ?? {
      replay,
      isReady: false,
      subscriptions: new Set(),
    };
    topic.subscriptions.add(subscription);
    if (topic.isReady) subscription.open();
    else if (topic.subscriptions.size === 1) {
      this.#topics.set(channel, topic);
      this.#ask(channel, topic);
    }
  }

  leave(subscription: Subscription): void {
    const { channel } = subscription;
    const topic = this.#topics.get(channel);
    subscription.end();
    if (topic?.subscriptions.delete(subscription) !== true || topic.subscriptions.size > 0) return;
    this.#topics.delete(channel);
    const message = { channel: "/meta/unsubscribe", subscription: channel };
    this.#outbox.send(message).catch(() => undefined);
  }

  /** Asks for everything, as a client that has nothing yet. */
  open(): void {
    for (const [pattern, topic] of this.#topics) this.#ask(pattern, topic);
  }

  take(message: Delivery): void {
    const { channel, ext } = message;
    const position = ext?.replayId;
    for (const pattern of patternsCovering(channel)) {
      const topic = this.#topics.get(pattern);
      if (!topic) continue;
      if (position !== undefined) topic.replay = position;
      for (const one of [...topic.subscriptions]) one.take(message);
    }
  }

  /** Ends all: by this side unless there is an error. */
  clear(error?: CometError): void {
    for (const pattern of this.#topics.keys()) this.#end(pattern, error);
  }

  #ask(pattern: string, topic: Topic): void {
    const { replay, subscriptions } = topic;
    const own = [...subscriptions][0]?.options.ext;
    const ext = replay === undefined ? own : { ...own, replay: { [pattern]: replay } };
    topic.isReady = false;
    this.#outbox.send({ channel: "/meta/subscribe", subscription: pattern, ext }).then(
      () => {
        topic.isReady = true;
        for (const one of subscriptions) one.open();
      },
      (error: CometError) => {
        if (this.#topics.get(pattern) !== topic) return;
        this.#end(pattern, error);
        this.failed(error);
      },
    );
  }

  #end(pattern: string, error?: CometError): void {
    const topic = this.#topics.get(pattern);
    this.#topics.delete(pattern);
    for (const subscription of topic?.subscriptions ?? []) subscription.end(error);
  }
}
