import { type CallOptions, RemoteCalls } from "./calls/remote-calls.ts";
import type { AnyChannel, DataOf, Known } from "./channel-map.ts";
import { isChannel, isPattern, patternsCovering } from "./channels.ts";
import { ClientEventTarget, eventOf } from "./client-events.ts";
import { asCometError, CometError } from "./comet-error.ts";
import { type Deferred, deferred } from "./deferred.ts";
import { type ClientExtension, Extensions } from "./engine/extensions.ts";
import { Negotiation } from "./engine/negotiation.ts";
import { Outbox } from "./engine/outbox.ts";
import { Session, type SessionListener } from "./engine/session.ts";
import { HEADERS, type Message } from "./message.ts";
import type { MessageOptions } from "./message-options.ts";
import { liveWith } from "./page-life.ts";
import { type ClientOptions, type Settings, settle } from "./settings.ts";
import type { QueueOptions } from "./subscriptions/message-queue.ts";
import {
  type Delivery,
  IterableSubscription,
  type SubscribeOptions,
  Subscription,
} from "./subscriptions/subscription.ts";
import { Subscriptions } from "./subscriptions/subscriptions.ts";
import { TransportRegistry } from "./transport.ts";
import type { Cancel } from "./world.ts";

/**
 * `disconnected`: nobody wants a connection. `connecting`: the first handshake is on its way, or being tried again.
 * `connected`: the server has answered a connect. `interrupted`: it answers no more, or knows the client no more, and the
 * client is coming back by itself. `disconnecting`: the server is being told good-bye.
 */
export type State = "disconnected" | "connecting" | "connected" | "interrupted" | "disconnecting";

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
  readonly #extensions = new Extensions((cause) => this.#tellOf(cause));
  #state: State = "disconnected";
  #session: Session | undefined;
  #release: Cancel | undefined;
  /** Settles with the state `connected`, or when it is not wanted any more. */
  #up: Deferred<void> = deferred();
  #leaving: Promise<void> = Promise.resolve();
  #lastId = 0;

  constructor(url: string, options: ClientOptions = {}) {
    super();
    this.url = url;
    this.#settings = settle(options);
    this.transports = new TransportRegistry(this.#settings.transports);
    const { world, queueSize, offline } = this.#settings;
    const key = `${world.random().toString(36).slice(2)}${world.random().toString(36).slice(2)}-`;
    this.#outbox = new Outbox({ queueSize, offline, key, nextId: this.#nextId });
    this.#subscriptions = new Subscriptions(this.#outbox, (error) => this.#tellOf(error));
    this.#calls = new RemoteCalls(this.#outbox, world, this.#nextId);
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
    if (this.#state === "disconnected") this.#begin();
    await this.#up.promise;
  }

  /** Ends the session and all subscriptions, and rejects what waits. Resolves when the server has been told, or cannot be. */
  async disconnect(): Promise<void> {
    await this.#leave(false);
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
      failed: (cause: unknown) => this.#tellOf(cause),
    };
    const subscription =
      listener === undefined
        ? new IterableSubscription(channel, options, owner)
        : new Subscription(channel, listener as (message: Delivery) => unknown, owner, options);
    if (options.signal?.aborted === true) subscription.end();
    else this.#subscriptions.add(subscription);
    return subscription;
  }

  /**
   * Resolves to the server's receipt. When the connection breaks before that, the message is sent again to a server that
   * can tell that it has it already. With others this rejects with `connection_failed`, and it may have arrived or not.
   */
  async publish<Name extends string>(
    channel: Known<Channels, Name>,
    data: DataOf<Channels, Name>,
    { headers, ext }: MessageOptions = {},
  ): Promise<Message> {
    if (!isChannel(channel)) throw invalid(channel);
    return this.#outbox.send({
      ...{ channel, data: data ?? null },
      ...(ext && { ext }),
      ...(headers && { [HEADERS]: headers }),
    });
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

  /** Has the extension see all messages, until the result is called. */
  use(extension: ClientExtension): Cancel {
    return this.#extensions.add(extension);
  }

  /** Calls the listener with each reply on a meta channel, or on all that a pattern covers, until the result is called. */
  listen(pattern: `/meta/${string}`, listener: (message: Message) => unknown): Cancel {
    return this.use({
      incoming: (message) => {
        if (patternsCovering(message.channel).includes(pattern)) listener(message);
      },
    });
  }

  readonly #nextId = (): string => String(++this.#lastId);

  #begin(): void {
    this.#state = "connecting";
    this.#up = deferred();
    this.dispatchEvent(eventOf("connecting"));
    const settings = this.#settings;
    const ground = {
      ...{ url: this.url, settings, extensions: this.#extensions, nextId: this.#nextId },
      negotiation: new Negotiation(this.transports, settings.world),
    };
    const session: Session = new Session(
      ground,
      this.#listenTo(() => session),
    );
    this.#session = session;
    if (settings.pageLife) {
      this.#release = liveWith(settings.world, session, () => void this.#leave(true));
    }
    void session.run();
  }

  #listenTo(session: () => Session): SessionListener {
    return {
      entered: () => {
        this.#calls.fail(new CometError("session_lost", "The server has forgotten who called."));
        this.#outbox.openAnew(session(), () => this.#subscriptions.renew());
      },
      answered: () => {
        if (!this.#outbox.isOpen) this.#outbox.open(session());
      },
      connected: (recovered) => {
        this.#state = "connected";
        this.#up.resolve();
        this.dispatchEvent(eventOf("connected", { recovered }));
        if (recovered) this.dispatchEvent(eventOf("recovered"));
      },
      interrupted: (error) => this.#interrupted(error),
      failed: (error) => this.#tellOf(error),
      delivered: (message) => this.#deliver(message),
      gap: (range) => this.dispatchEvent(eventOf("gap", { range })),
      ended: (error) => this.#finish(error),
    };
  }

  #interrupted(error: CometError): void {
    this.#outbox.close();
    if (this.#state !== "connected") return;
    this.#state = "interrupted";
    this.#up = deferred();
    this.dispatchEvent(eventOf("interrupted", { error }));
  }

  #deliver(message: Message): void {
    if (this.#calls.take(message)) return;
    const { channel, data, ext } = message;
    this.dispatchEvent(eventOf("message", { message: { channel, data, ...(ext && { ext }) } }));
    this.#subscriptions.dispatch(message);
  }

  async #leave(isUnloading: boolean): Promise<void> {
    const session = this.#session;
    if (session === undefined) this.#clear();
    else if (this.#state !== "disconnecting") {
      this.#state = "disconnecting";
      this.#outbox.close();
      this.#leaving = session.leave(isUnloading).then(() => this.#finish());
    }
    await this.#leaving;
  }

  #finish(error?: CometError): void {
    this.#session = undefined;
    this.#release?.();
    this.#state = "disconnected";
    this.#clear(error);
    this.dispatchEvent(eventOf("disconnected", { error }));
  }

  /** Ends everything that waits for something. */
  #clear(error?: CometError): void {
    const cause = error ?? new CometError("disconnected", "The client has disconnected.");
    this.#outbox.clear(cause);
    this.#subscriptions.clear(error);
    this.#calls.fail(cause);
    this.#up.reject(cause);
  }

  #tellOf(cause: unknown): void {
    this.dispatchEvent(eventOf("error", { error: asCometError(cause, "listener_failed") }));
  }
}

function invalid(channel: string): CometError {
  return new CometError("channel_invalid", `${channel} is no channel that can be used so.`);
}
