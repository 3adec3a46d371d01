import { type CallOptions, RemoteCalls } from "./calls/remote-calls.ts";
import type { AnyChannel, DataOf, Known } from "./channel-map.ts";
import { isChannel, isPattern } from "./channels.ts";
import {
  ClientEventTarget,
  ConnectedEvent,
  FailureEvent,
  GapEvent,
  MessageEvent,
} from "./client-events.ts";
import { asCometError, CometError } from "./comet-error.ts";
import { Negotiation } from "./engine/negotiation.ts";
import { Outbox } from "./engine/outbox.ts";
import { Session, type SessionListener } from "./engine/session.ts";
import { mayFollow, type State } from "./engine/states.ts";
import type { Message } from "./message.ts";
import { type ClientOptions, type Settings, settle } from "./settings.ts";
import type { QueueOptions } from "./subscriptions/message-queue.ts";
import { type Delivery, IterableSubscription, Subscription } from "./subscriptions/subscription.ts";
import { Subscriptions } from "./subscriptions/subscriptions.ts";
import { TransportRegistry } from "./transport.ts";

export interface SubscribeOptions {
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
}

/** Somebody who waits for `connect`. */
interface Waiter {
  resolve(): void;
  reject(error: CometError): void;
}

/**
 * A client of a Bayeux server. Whatever is called before it is connected, or while it is coming back, waits. Promises reject
 * with a `CometError`.
 */
export class CometClient<Channels = AnyChannel> extends ClientEventTarget {
  readonly url: string;
  /** The transports that may be used, from the next handshake on. */
  readonly transports: TransportRegistry;
  readonly #settings: Settings;
  readonly #outbox: Outbox;
  readonly #subscriptions: Subscriptions;
  readonly #calls: RemoteCalls;
  readonly #waiters: Waiter[] = [];
  #state: State = "disconnected";
  #session: Session | undefined;
  #leaving: Promise<void> = Promise.resolve();
  #lastId = 0;

  constructor(url: string, options: ClientOptions = {}) {
    super();
    this.url = url;
    this.#settings = settle(options);
    this.transports = new TransportRegistry(this.#settings.transports);
    this.#outbox = new Outbox(this.#settings.queueSize, this.#nextId);
    this.#subscriptions = new Subscriptions(this.#outbox, (error) => this.#tellError(error));
    this.#calls = new RemoteCalls(this.#outbox, this.#settings.world, this.#nextId);
  }

  get state(): State {
    return this.#state;
  }

  /** What the server knows this client by. Whoever has it can act as this client. */
  get clientId(): string | undefined {
    return this.#session?.clientId;
  }

  /** How it is connected: `websocket`, `long-polling`, `streaming`, or undefined. */
  get connectionType(): string | undefined {
    return this.#session?.connectionType;
  }

  /**
   * Resolves when the server has answered a connect, however often that has to be tried. Rejects when it refuses, and when
   * `disconnect` is called first.
   */
  async connect(): Promise<void> {
    if (this.#state === "disconnecting") await this.#leaving;
    if (this.#state === "connected") return;
    const connected = new Promise<void>((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
    if (this.#state === "disconnected") this.#begin();
    await connected;
  }

  /** Ends the session and all subscriptions, and rejects what waits. Resolves when the server has been told, or cannot be. */
  async disconnect(): Promise<void> {
    if (this.#state === "disconnecting") return this.#leaving;
    const session = this.#session;
    if (session === undefined) {
      this.#clear(new CometError("disconnected", "The client has disconnected."));
      return;
    }
    this.#become("disconnecting");
    this.#outbox.close();
    this.#leaving = session.leave().then(() => this.#finish());
    await this.#leaving;
  }

  /** Calls the listener with each message on a channel, or on all that a pattern covers. */
  subscribe<Name extends string>(
    channel: Known<Channels, Name>,
    listener: (message: Delivery<DataOf<Channels, Name>>) => unknown,
    options?: SubscribeOptions,
  ): Subscription;
  /** For a loop: `for await (const { data } of client.subscribe("/news"))`. What comes before it begins is kept for it. */
  subscribe<Name extends string>(
    channel: Known<Channels, Name>,
    listener?: undefined,
    options?: SubscribeOptions & QueueOptions,
  ): IterableSubscription<DataOf<Channels, Name>>;
  subscribe(
    channel: string,
    listener?: (message: Delivery<never>) => unknown,
    options: SubscribeOptions & QueueOptions = {},
  ): Subscription {
    if (!isPattern(channel)) throw invalid(channel);
    const owner = {
      leave: (one: Subscription) => this.#subscriptions.leave(one),
      failed: (cause: unknown) => this.#tellError(asCometError(cause, "listener_failed")),
    };
    const subscription =
      listener === undefined
        ? new IterableSubscription(channel, options, owner)
        : new Subscription(
            channel,
            listener as (message: Delivery) => unknown,
            owner,
            options.signal,
          );
    if (options.signal?.aborted === true) subscription.end();
    else this.#subscriptions.add(subscription);
    return subscription;
  }

  /**
   * Resolves to the server's receipt. A message is sent once: when the connection breaks before the receipt, this rejects
   * with `connection_failed`, and the message may have arrived or not.
   */
  async publish<Name extends string>(
    channel: Known<Channels, Name>,
    data: DataOf<Channels, Name>,
  ): Promise<Message> {
    if (!isChannel(channel)) throw invalid(channel);
    return this.#outbox.send({ channel, data: data ?? null });
  }

  /** Asks the handler of the target, and resolves to its result. */
  call<Result = unknown>(
    target: string,
    data?: unknown,
    options: CallOptions = {},
  ): Promise<Result> {
    return this.#calls.call(target, data, options) as Promise<Result>;
  }

  /** Asks the handler of the target for many results. The server is asked when the loop begins. */
  stream<Result = unknown>(
    target: string,
    data?: unknown,
    options: CallOptions = {},
  ): AsyncGenerator<Result, void> {
    return this.#calls.stream(target, data, options) as AsyncGenerator<Result, void>;
  }

  /** What is sent while the function runs goes together. */
  batch<Result>(action: () => Result): Result {
    return this.#outbox.batch(action);
  }

  readonly #nextId = (): string => String(++this.#lastId);

  #begin(): void {
    this.#become("connecting");
    this.dispatchEvent(new Event("connecting"));
    const { url } = this;
    const negotiation = new Negotiation(this.transports, this.#settings.world);
    const ground = { url, settings: this.#settings, negotiation, nextId: this.#nextId };
    const session: Session = new Session(
      ground,
      this.#listenTo(() => session),
    );
    this.#session = session;
    void session.run();
  }

  #listenTo(session: () => Session): SessionListener {
    return {
      entered: () => {
        this.#calls.fail(new CometError("session_lost", "The server has forgotten who called."));
        this.#outbox.open(session(), () => this.#subscriptions.renew());
      },
      connected: (recovered) => this.#connected(session(), recovered),
      interrupted: (cause) => this.#interrupted(cause),
      failed: (cause) => this.#tellError(cause),
      delivered: (message) => this.#deliver(message),
      gap: (range) => this.dispatchEvent(new GapEvent(range)),
      ended: (cause) => this.#finish(cause),
    };
  }

  #connected(session: Session, recovered: boolean): void {
    this.#become("connected");
    if (!this.#outbox.isOpen) this.#outbox.open(session, () => this.#subscriptions.resume());
    for (const { resolve } of this.#waiters.splice(0)) resolve();
    this.dispatchEvent(new ConnectedEvent(recovered));
  }

  #interrupted(cause: CometError): void {
    this.#outbox.close();
    if (this.#state !== "connected") return;
    this.#become("interrupted");
    this.dispatchEvent(new FailureEvent("interrupted", cause));
  }

  #deliver(message: Message): void {
    if (this.#calls.take(message)) return;
    const { channel, data, ext } = message;
    this.dispatchEvent(new MessageEvent({ channel, data, ...(ext && { ext }) }));
    this.#subscriptions.dispatch(message);
  }

  #finish(error?: CometError): void {
    this.#session = undefined;
    this.#become("disconnected");
    this.#clear(error);
    this.dispatchEvent(new FailureEvent("disconnected", error));
  }

  /** Ends everything that waits for something. */
  #clear(error?: CometError): void {
    const cause = error ?? new CometError("disconnected", "The client has disconnected.");
    this.#outbox.close();
    this.#outbox.clear(cause);
    this.#subscriptions.clear(error);
    this.#calls.fail(cause);
    for (const { reject } of this.#waiters.splice(0)) reject(cause);
  }

  #become(state: State): void {
    if (!mayFollow(this.#state, state)) throw new Error(`${state} cannot follow ${this.#state}.`);
    this.#state = state;
  }

  #tellError(error: CometError): void {
    this.dispatchEvent(new FailureEvent("error", error));
  }
}

function invalid(channel: string): CometError {
  return new CometError("channel_invalid", `${channel} is no channel that can be used so.`);
}
