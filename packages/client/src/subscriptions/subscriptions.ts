import { patternsCovering } from "../channels.ts";
import { asCometError, type CometError } from "../comet-error.ts";
import type { Outbox } from "../engine/outbox.ts";
import type { Message } from "../message.ts";
import type { Subscription } from "./subscription.ts";

/** Times that the server is asked in a row while the connection seems to be there. */
const ATTEMPTS = 3;

/** A pattern to which somebody here is subscribed. */
interface Topic {
  readonly pattern: string;
  readonly subscriptions: Set<Subscription>;
  /** Names the question that was asked last: answers to earlier ones count no more. */
  round: number;
  isConfirmed: boolean;
}

/** Who listens to what. The server is told of the first subscription to a pattern, and of the last one's end. */
export class Subscriptions {
  readonly #outbox: Outbox;
  readonly #failed: (error: CometError) => void;
  readonly #topics = new Map<string, Topic>();
  /** What the server has still to be told that nobody wants any more. */
  readonly #unwanted = new Set<string>();

  constructor(outbox: Outbox, failed: (error: CometError) => void) {
    this.#outbox = outbox;
    this.#failed = failed;
  }

  add(subscription: Subscription): void {
    const { channel } = subscription;
    const topic = this.#topics.get(channel) ?? this.#begin(channel);
    topic.subscriptions.add(subscription);
    if (topic.isConfirmed) subscription.confirm();
  }

  leave(subscription: Subscription): void {
    const { channel } = subscription;
    const topic = this.#topics.get(channel);
    subscription.end();
    if (topic?.subscriptions.delete(subscription) !== true || topic.subscriptions.size > 0) return;
    this.#topics.delete(channel);
    if (this.#outbox.isOpen) this.#tell(channel);
    else this.#unwanted.add(channel);
  }

  /** Asks for everything, as a client that has nothing yet. */
  renew(): void {
    this.#unwanted.clear();
    for (const topic of this.#topics.values()) {
      topic.isConfirmed = false;
      void this.#ask(topic);
    }
  }

  /** Makes up for what could not be said while the connection was away. */
  resume(): void {
    for (const pattern of this.#unwanted) this.#tell(pattern);
    this.#unwanted.clear();
    for (const topic of this.#topics.values()) if (!topic.isConfirmed) void this.#ask(topic);
  }

  dispatch({ channel, data, ext }: Message): void {
    const message = { channel, data, ...(ext && { ext }) };
    for (const pattern of patternsCovering(channel)) {
      const topic = this.#topics.get(pattern);
      if (topic !== undefined) for (const one of [...topic.subscriptions]) one.take(message);
    }
  }

  /** Ends all: by this side unless there is an error. */
  clear(error?: CometError): void {
    const topics = [...this.#topics.values()];
    this.#topics.clear();
    this.#unwanted.clear();
    for (const topic of topics) endAll(topic, error);
  }

  #begin(pattern: string): Topic {
    const topic = { pattern, subscriptions: new Set<Subscription>(), round: 0, isConfirmed: false };
    this.#topics.set(pattern, topic);
    this.#unwanted.delete(pattern);
    if (this.#outbox.isOpen) void this.#ask(topic);
    return topic;
  }

  #tell(subscription: string): void {
    const isHere = (): boolean => this.#topics.has(subscription);
    this.#outbox.send({ channel: "/meta/unsubscribe", subscription }).catch(() => {
      if (!isHere()) this.#unwanted.add(subscription);
    });
  }

  /** Never rejects. What fails with the connection is asked again when that is back. */
  async #ask(topic: Topic): Promise<void> {
    const round = ++topic.round;
    const message = { channel: "/meta/subscribe", subscription: topic.pattern };
    for (let attempt = 1; ; attempt++) {
      const error = await this.#outbox.send(message).then(
        () => undefined,
        (cause: unknown) => asCometError(cause, "connection_failed"),
      );
      if (round !== topic.round || this.#topics.get(topic.pattern) !== topic) return;
      if (error === undefined) {
        topic.isConfirmed = true;
        for (const subscription of topic.subscriptions) subscription.confirm();
        return;
      }
      if (error.reply !== undefined || (this.#outbox.isOpen && attempt === ATTEMPTS)) {
        this.#refuse(topic, error);
        return;
      }
      if (!this.#outbox.isOpen) return;
    }
  }

  #refuse(topic: Topic, error: CometError): void {
    this.#topics.delete(topic.pattern);
    endAll(topic, error);
    this.#failed(error);
  }
}

function endAll({ subscriptions }: Topic, error?: CometError): void {
  for (const subscription of [...subscriptions]) subscription.end(error);
}
