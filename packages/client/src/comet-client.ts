import type { AnyCall, CallArguments, KnownTarget, ResultOf } from "./call-map.ts";
import type { AnyChannel, DataOf, Known } from "./channel-map.ts";
import { patternsCovering } from "./channels.ts";
import { ClientEventTarget } from "./client-events.ts";
import { asCometError, CometError } from "./comet-error.ts";
import { type Deferred, deferred } from "./deferred.ts";
import type { ClientExtension } from "./engine/client-extension.ts";
import { Outbox } from "./engine/outbox.ts";
import { Session, type SessionListener, type Tell } from "./engine/session.ts";
import { HEADERS, isMeta, type Message } from "./message.ts";
import type { MessageOptions } from "./message-options.ts";
import { liveWith } from "./page-life.ts";
import { type CallOptions, call } from "./remote-call.ts";
import { type ClientOptions, type Settings, settle } from "./settings.ts";
import type { QueueOptions } from "./subscriptions/message-queue.ts";
import {
  type Delivery,
  type IterableSubscription,
  type SubscribeOptions,
  Subscription,
} from "./subscriptions/subscription.ts";
import { Subscriptions } from "./subscriptions/subscriptions.ts";
import { TransportRegistry } from "./transport.ts";
import type { Cancel, World } from "./world.ts";

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
export class CometClient<Channels = AnyChannel, Calls = AnyCall> extends ClientEventTarget {
  readonly url: string;
  /** The transports that may be used, from the next handshake on. */
  readonly transports: TransportRegistry;
  readonly #settings: Settings;
  readonly #outbox: Outbox;
  readonly #subscriptions: Subscriptions;
  #state: State = "disconnected";
  #session: Session | undefined;
  #release: Cancel | undefined;
  /** Settles with the state `connected`, or when it is not wanted any more. */
  #up: Deferred<void> = deferred();
  #leaving: Promise<void> = Promise.resolve();

  constructor(url: string, options: ClientOptions<Channels> = {}) {
    super();
    this.url = url;
    this.#settings = settle(options);
    this.transports = new TransportRegistry(this.#settings.transports);
    const deliver = (message: Message): void => {
      const delivery = message as Delivery;
      this.#tell("message", { message: delivery });
      this.#subscriptions.take(delivery);
    };
    this.#outbox = new Outbox(url, this.#settings, deliver, this.#tellOf);
    this.#subscriptions = new Subscriptions(this.#outbox, this.#tellOf);
  }

  get state(): State {
    return this.#state;
  }

  /** What it runs in, and what the options have put in its place. */
  get world(): World {
    return this.#settings.world;
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
  ): Subscription | IterableSubscription {
    const take = listener as ((message: Delivery) => unknown) | undefined;
    const subscription = new Subscription(channel, take, this.#subscriptions, options);
    if (subscription.isOpen) this.#subscriptions.add(subscription);
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
    const message = { channel, data: data ?? null, ext, [HEADERS]: headers };
    if (isMeta(message)) throw new CometError("channel_invalid");
    return this.#outbox.send(message);
  }

  /** Asks the handler of the target, and resolves to its result. */
  call<Target extends string>(
    target: KnownTarget<Calls, Target>,
    ...rest: CallArguments<Calls, Target>
  ): Promise<ResultOf<Calls, Target>> {
    const [data, options = {}]: readonly unknown[] = rest;
    const result = call(this.#outbox, target, data, options as CallOptions);
    return result as Promise<ResultOf<Calls, Target>>;
  }

  /**
   * Sends a message as it is, on any channel, and resolves to the reply. An id of its own must be no number, and of no other
   * message. Rejects with a `CometError`.
   */
  send(message: Message): Promise<Message> {
    return this.#outbox.send(message);
  }

  /** What is sent while the function runs goes together. */
  batch<Result>(action: () => Result): Result {
    return this.#outbox.batch(action);
  }

  /** Has the extension see all messages, until the result is called. */
  use(extension: ClientExtension): Cancel {
    return this.#outbox.use(extension);
  }

  /** Calls the listener with each reply on a meta channel, or on all that a pattern covers, until the result is called. */
  listen(pattern: `/meta/${string}`, listener: (message: Message) => unknown): Cancel {
    return this.use({
      incoming: (message) => {
        if (patternsCovering(message.channel).includes(pattern)) listener(message);
      },
    });
  }

  #begin(): void {
    this.#state = "connecting";
    this.#up = deferred();
    this.#tell("connecting", {});
    const settings = this.#settings;
    const session = new Session(settings, this.transports, this.#outbox, this.#listener());
    this.#session = session;
    if (settings.pageLife) {
      this.#release = liveWith(settings.world, session, () => void this.#leave(true));
    }
    void session.run();
  }

  #listener(): SessionListener {
    return {
      tell: this.#tell,
      open: (session) => {
        this.#outbox.open(session, () => this.#subscriptions.open());
      },
      connected: (session, recovered) => {
        this.#outbox.open(session);
        if (this.#state === "connected") return;
        this.#state = "connected";
        this.#up.resolve();
        this.#tell("connected", { recovered });
        if (recovered) this.#tell("recovered", {});
      },
      interrupted: (error) => {
        this.#outbox.close();
        if (this.#state !== "connected") return;
        this.#state = "interrupted";
        this.#up = deferred();
        this.#tell("interrupted", { error });
      },
      end: (error) => this.#finish(error),
    };
  }

  async #leave(isLast: boolean): Promise<void> {
    const session = this.#session;
    if (!session) this.#clear();
    else if (this.#state !== "disconnecting") {
      this.#state = "disconnecting";
      this.#outbox.close();
      this.#leaving = session.leave(isLast).then(() => this.#finish());
    }
    await this.#leaving;
  }

  #finish(error?: CometError): void {
    this.#session = undefined;
    this.#release?.();
    this.#state = "disconnected";
    this.#clear(error);
    this.#tell("disconnected", { error });
  }

  /** Ends everything that waits for something. */
  #clear(error?: CometError): void {
    const cause = error ?? new CometError("disconnected");
    this.#outbox.clear(cause);
    this.#subscriptions.clear(error);
    this.#up.reject(cause);
  }

  readonly #tell: Tell = (type, fields) => {
    this.dispatchEvent(Object.assign(new Event(type), fields));
  };

  readonly #tellOf = (cause: unknown): void => {
    this.#tell("error", { error: asCometError(cause, "listener_failed") });
  };
}
