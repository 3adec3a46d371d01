import { CometError } from "../comet-error.ts";
import { type Deferred, deferred } from "../deferred.ts";
import type { Ext } from "../message.ts";
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
  failed(cause: unknown): void;
}

/** A subscription that the server has confirmed. */
export type ReadySubscription<Kind extends Subscription = Subscription> = Omit<Kind, "then">;

/** One listener's interest in a pattern. To wait until the server has confirmed it, `await` it. */
export class Subscription {
  /** A channel, or a pattern. */
  readonly channel: string;
  readonly options: SubscribeOptions;
  readonly #ready: Deferred<void> = deferred();
  readonly #owner: SubscriptionOwner;
  readonly #listener: (message: Delivery) => unknown;
  readonly #stop = (): void => this.unsubscribe();
  #isOpen = true;

  constructor(
    channel: string,
    listener: (message: Delivery) => unknown,
    owner: SubscriptionOwner,
    options: SubscribeOptions,
  ) {
    this.channel = channel;
    this.options = options;
    this.#owner = owner;
    this.#listener = listener;
    options.signal?.addEventListener("abort", this.#stop);
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
      Object.defineProperty(this, "then", { value: undefined });
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
  confirm(): void {
    this.#ready.resolve();
  }

  /** Called by the client: it is over, for this reason unless it was ended by the application. */
  end(error?: CometError): void {
    this.#isOpen = false;
    this.options.signal?.removeEventListener("abort", this.#stop);
    this.#ready.reject(error ?? new CometError("aborted"));
  }

  /** Called by the client with each message. Never throws. */
  take(message: Delivery): void {
    if (!this.#isOpen) return;
    try {
      const result = this.#listener(message);
      if (result instanceof Promise) result.catch((cause) => this.#owner.failed(cause));
    } catch (cause) {
      this.#owner.failed(cause);
    }
  }
}

/** A subscription that is read by a loop, which ends it when it is left. */
export class IterableSubscription<Data = unknown> extends Subscription {
  readonly #queue: MessageQueue<Delivery<Data>>;

  constructor(channel: string, options: SubscribeOptions & QueueOptions, owner: SubscriptionOwner) {
    const queue = new MessageQueue<Delivery<Data>>(options);
    const push = (message: Delivery): void => {
      if (queue.push(message as Delivery<Data>)) return;
      queue.end(new CometError("overflow", `overflow: ${channel}`));
      this.unsubscribe();
    };
    super(channel, push, owner, options);
    this.#queue = queue;
  }

  /** How many messages were dropped because the loop was too slow. */
  get dropped(): number {
    return this.#queue.dropped;
  }

  override end(error?: CometError): void {
    super.end(error);
    this.#queue.end(error);
  }

  /** All loops over one subscription share its messages. Throws where the server has ended it. */
  [Symbol.asyncIterator](): AsyncIterator<Delivery<Data>, undefined> {
    return {
      next: () => this.#queue.next(),
      return: async () => {
        this.unsubscribe();
        this.#queue.clear();
        return { done: true, value: undefined };
      },
    };
  }
}
