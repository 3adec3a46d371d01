import { CometError } from "../comet-error.ts";
import { type Deferred, deferred } from "../deferred.ts";
import type { Ext } from "../message.ts";
import { onAbort } from "../on-abort.ts";
import type { Cancel } from "../world.ts";
import { MessageQueue, type QueueOptions } from "./message-queue.ts";

/** A message that came on a channel. */
export interface Delivery<Data = unknown> {
  readonly channel: string;
  readonly data: Data;
  readonly ext?: Ext;
}

export interface SubscribeOptions {
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
  /** How many of the last messages that the server keeps are wanted first. @default none */
  readonly history?: number;
  /**
   * The id, as in `ext.replayId`, after which what the server keeps is wanted first. -2: all of it; -1: none.
   * @default none
   */
  readonly replay?: number;
  /** Goes with the message that asks for it. @default none */
  readonly ext?: Ext;
}

/** What a subscription tells of itself. */
export interface SubscriptionOwner {
  leave(subscription: Subscription): void;
  /** A listener threw, or rejected. */
  readonly failed: (cause: unknown) => void;
}

/** A subscription that the server has confirmed. */
export type ReadySubscription<Kind extends Subscription = Subscription> = Omit<Kind, "then">;

/** One listener's, or one loop's, interest in a pattern. To wait until the server has confirmed it, `await` it. */
export class Subscription {
  /** A channel, or a pattern. */
  readonly channel: string;
  readonly options: SubscribeOptions & QueueOptions;
  readonly #ready: Deferred<void> = deferred();
  readonly #owner: SubscriptionOwner;
  readonly #listener: (message: Delivery) => unknown;
  readonly #queue: MessageQueue<Delivery>;
  readonly #release: Cancel | undefined;
  #isOpen = true;

  constructor(
    channel: string,
    listener: ((message: Delivery) => unknown) | undefined,
    owner: SubscriptionOwner,
    options: SubscribeOptions & QueueOptions,
  ) {
    this.channel = channel;
    this.options = options;
    this.#owner = owner;
    this.#queue = new MessageQueue(options);
    this.#listener = listener ?? ((message) => this.#queue.push(message) || this.unsubscribe());
    this.#release = onAbort(options.signal, () => this.unsubscribe());
  }

  /** False from the moment when it was ended, by whichever side. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Settles when the server has answered for the first time. Rejects with the `CometError` in which it refused, or with
   * one that has the code `aborted` where the subscription was ended before. Need not be handled.
   */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** The same as {@link ready}, for `await`: resolves to the subscription. */
  // biome-ignore lint/suspicious/noThenProperty: a subscription is what `await` is for
  then<Result, Failure = never>(
    resolved: (subscription: ReadySubscription<this>) => Result | PromiseLike<Result>,
    rejected?: (error: CometError) => Failure | PromiseLike<Failure>,
  ): Promise<Result | Failure> {
    return this.ready.then(() => {
      // Promises go on resolving as long as they find this method.
      // biome-ignore lint/suspicious/noThenProperty: this takes it away
      (this as { then: unknown }).then = undefined;
      return resolved(this);
    }, rejected);
  }

  /** Nothing comes any more from now on. The server is told when it was the last subscription to this pattern. */
  unsubscribe(): void {
    if (this.#isOpen) this.#owner.leave(this);
  }

  [Symbol.dispose](): void {
    this.unsubscribe();
  }

  /** Called by the client: the server has confirmed it. */
  open(): void {
    this.#ready.resolve();
  }

  /** Called by the client: it is over, for this reason unless it was ended by the application. */
  end(error?: CometError): void {
    this.#isOpen = false;
    this.#release?.();
    this.#ready.reject(error ?? new CometError("aborted"));
    this.#queue.end(error);
  }

  /** Called by the client with each message. Never throws. */
  take(message: Delivery): void {
    if (!this.#isOpen) return;
    try {
      const result = this.#listener(message);
      if (result instanceof Promise) result.catch(this.#owner.failed);
    } catch (cause) {
      this.#owner.failed(cause);
    }
  }

  /** How many messages were dropped because the loop was too slow. */
  get dropped(): number {
    return this.#queue.dropped;
  }

  /** For subscriptions without a listener: all loops share the messages. Throws where the server has ended it. */
  [Symbol.asyncIterator](): AsyncIterator<Delivery, undefined> {
    return {
      next: () => this.#queue.next(),
      return: async () => {
        this.unsubscribe();
        return { done: true, value: undefined };
      },
    };
  }
}

/** A subscription that is read by a loop, which ends it when it is left. */
export interface IterableSubscription<Data = unknown> extends Subscription {
  [Symbol.asyncIterator](): AsyncIterator<Delivery<Data>, undefined>;
}
