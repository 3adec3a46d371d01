import { CometError } from "../comet-error.ts";
import type { Ext } from "../message.ts";
import { MessageQueue, type QueueOptions } from "./message-queue.ts";

/** A message that came on a channel. */
export interface Delivery<Data = unknown> {
  readonly channel: string;
  readonly data: Data;
  readonly ext?: Ext;
}

/** What a subscription tells of itself. */
export interface SubscriptionOwner {
  leave(subscription: Subscription): void;
  /** A listener threw, or rejected. */
  failed(cause: unknown): void;
}

/** One listener's interest in a pattern. */
export class Subscription {
  /** A channel, or a pattern. */
  readonly channel: string;
  /**
   * Settles when the server has answered for the first time. Rejects with the `CometError` in which it refused, or with
   * one that has the code `aborted` where the subscription was ended before. Need not be handled.
   */
  readonly ready: Promise<void>;
  readonly #owner: SubscriptionOwner;
  readonly #listener: (message: Delivery) => unknown;
  #settle: { resolve(): void; reject(error: CometError): void };
  #release: (() => void) | undefined;
  #isOpen = true;

  constructor(
    channel: string,
    listener: (message: Delivery) => unknown,
    owner: SubscriptionOwner,
    signal?: AbortSignal,
  ) {
    this.channel = channel;
    this.#owner = owner;
    this.#listener = listener;
    this.#settle = { resolve: () => undefined, reject: () => undefined };
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.ready.catch(() => undefined);
    const stop = (): void => this.unsubscribe();
    signal?.addEventListener("abort", stop);
    this.#release = () => signal?.removeEventListener("abort", stop);
  }

  /** False from the moment when it was ended, by whichever side. */
  get isOpen(): boolean {
    return this.#isOpen;
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
    this.#settle.resolve();
  }

  /** Called by the client: it is over, for this reason unless it was ended by the application. */
  end(error?: CometError): void {
    this.#isOpen = false;
    this.#release?.();
    this.#release = undefined;
    const text = `The subscription to ${this.channel} was ended before it was confirmed.`;
    this.#settle.reject(error ?? new CometError("aborted", text));
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

  constructor(
    channel: string,
    options: QueueOptions & { readonly signal?: AbortSignal },
    owner: SubscriptionOwner,
  ) {
    const queue = new MessageQueue<Delivery<Data>>(options);
    const push = (message: Delivery): void => {
      if (queue.push(message as Delivery<Data>)) return;
      queue.end(new CometError("overflow", `Messages on ${channel} were not read in time.`));
      this.unsubscribe();
    };
    super(channel, push, owner, options.signal);
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
      return: () => {
        this.unsubscribe();
        this.#queue.clear();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}
