import { patternsCovering } from "../channels.ts";
import type { CometError } from "../comet-error.ts";
import type { Outbox } from "../engine/outbox.ts";
import type { Delivery, Subscription } from "./subscription.ts";

/** A pattern to which somebody here is subscribed. */
interface Topic {
  readonly pattern: string;
  readonly subscriptions: Set<Subscription>;
  /** What is wanted of the messages before, in the form of the protocol. */
  replay: unknown;
  isConfirmed: boolean;
}

/** Who listens to what. The server is told of the first subscription to a pattern, and of the last one's end. */
export class Subscriptions {
  readonly #outbox: Outbox;
  readonly #failed: (error: CometError) => void;
  readonly #topics = new Map<string, Topic>();

  constructor(outbox: Outbox, failed: (error: CometError) => void) {
    this.#outbox = outbox;
    this.#failed = failed;
  }

  add(subscription: Subscription): void {
    const { channel, options } = subscription;
    const topic = this.#topics.get(channel);
    if (topic !== undefined) {
      topic.subscriptions.add(subscription);
      if (topic.isConfirmed) subscription.confirm();
      return;
    }
    const { history, replay } = options;
    const begun = {
      ...{ pattern: channel, subscriptions: new Set([subscription]), isConfirmed: false },
      replay: history === undefined ? replay : { last: history },
    };
    this.#topics.set(channel, begun);
    this.#ask(begun);
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
  renew(): void {
    for (const topic of this.#topics.values()) this.#ask(topic);
  }

  dispatch(message: Delivery): void {
    const { channel, ext } = message;
    const position = ext?.replayId;
    for (const pattern of patternsCovering(channel)) {
      const topic = this.#topics.get(pattern);
      if (topic === undefined) continue;
      if (position !== undefined) topic.replay = position;
      for (const one of [...topic.subscriptions]) one.take(message);
    }
  }

  /** Ends all: by this side unless there is an error. */
  clear(error?: CometError): void {
    const topics = [...this.#topics.values()];
    this.#topics.clear();
    for (const topic of topics) endAll(topic, error);
  }

  #ask(topic: Topic): void {
    const { pattern, replay, subscriptions } = topic;
    const [first] = subscriptions;
    const own = first?.options.ext;
    const ext = replay === undefined ? own : { ...own, replay: { [pattern]: replay } };
    const message = { channel: "/meta/subscribe", subscription: pattern, ext };
    const isHere = (): boolean => this.#topics.get(pattern) === topic;
    topic.isConfirmed = false;
    this.#outbox.send(message).then(
      () => {
        topic.isConfirmed = isHere();
        for (const one of topic.isConfirmed ? subscriptions : []) one.confirm();
      },
      (error: CometError) => {
        if (!isHere()) return;
        this.#topics.delete(pattern);
        endAll(topic, error);
        this.#failed(error);
      },
    );
  }
}

function endAll({ subscriptions }: Topic, error?: CometError): void {
  for (const subscription of [...subscriptions]) subscription.end(error);
}
