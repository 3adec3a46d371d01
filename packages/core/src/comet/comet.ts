import type { IMessageBus } from "../bus/message-bus.ts";
import type { IClient, ReplayRequest } from "../clients/client.ts";
import type { EndReason } from "../clients/client-directory.ts";
import { EVERYBODY } from "../clients/local-clients.ts";
import type { ChannelEventName, CometEvents, Listener } from "../events/comet-events.ts";
import type { ChannelOptions } from "../handlers/channel-rules.ts";
import { checkDuration } from "../handlers/client-traits.ts";
import type { ConnectionTypeOptions } from "../handlers/connection-types.ts";
import type { RemoteHandler } from "../handlers/remote-call.ts";
import type { ServiceHandler } from "../handlers/swallow-handler.ts";
import type { Awaitable } from "../ports/awaitable.ts";
import type { Cancel, Log, Ports } from "../ports/ports.ts";
import { CometError } from "../protocol/errors.ts";
import type { Limits } from "../protocol/limits.ts";
import type { IStore } from "../store/store.ts";
import { checkChannelOptions } from "./channel-option-checks.ts";
import { Closing } from "./closing.ts";
import { attach, type ICometExtension } from "./comet-extension.ts";
import { type ClientOptions, MadeClients } from "./made-clients.ts";
import { type ClientQuestion, maySubscribe } from "./may-subscribe.ts";
import type { CloseOptions, PublishOptions, RemoteOptions } from "./method-options.ts";
import { checkChannel, checkPattern } from "./name-checks.ts";
import { type CometOptions, settingsFrom } from "./options.ts";
import { recheckSubscriptions } from "./recheck.ts";
import type { IEventSource } from "./sources/event-source.ts";
import { checkEventSource, Sources } from "./sources/sources.ts";
import { type CometStats, statsOf } from "./stats.ts";
import { type Wiring, wire } from "./wiring.ts";

/** A Bayeux server without a network: adapters bring it requests, applications publish and listen. */
export class Comet {
  readonly #wiring: Wiring;
  readonly #closing: Closing;
  readonly #made: MadeClients;
  readonly #sources: Sources;

  constructor(options: CometOptions) {
    this.#wiring = wire(options, settingsFrom(options), {
      isClosing: () => this.#closing.hasBegun,
      isOver: () => this.#closing.isOver,
    });
    this.#closing = new Closing(this.#wiring);
    this.#made = new MadeClients(this.#wiring);
    this.#sources = new Sources(this.#wiring);
  }

  /** Settles when the store is open; requests and publishes that come earlier wait for it. Rejects with `store_failed`. */
  get opened(): Promise<void> {
    return this.#wiring.opening.promise;
  }

  /** The way in for adapters. */
  get bus(): IMessageBus {
    return this.#wiring.bus;
  }

  get limits(): Limits {
    return this.#wiring.settings.limits;
  }

  get log(): Log {
    return this.#wiring.ports.log;
  }

  /** The world as this Comet sees it: for extensions that need its clock or its timers. */
  get ports(): Ports {
    return this.#wiring.ports;
  }

  /** For extensions that stand on an optional ability of it, such as its `presence`. */
  get store(): IStore {
    return this.#wiring.store;
  }

  /** True from the call of {@link close}. */
  get isClosing(): boolean {
    return this.#closing.hasBegun;
  }

  /** The clients that this node serves. */
  get clients(): Iterable<IClient> {
    return this.#wiring.clients.local;
  }

  /** Milliseconds that a connect is held at most, unless its connection type has a time of its own. */
  get timeout(): number {
    return this.#wiring.settings.timeout;
  }

  /**
   * Milliseconds that clients are advised to wait between two connects. May be changed at any time: clients are told with
   * their next connect. Where it is above the option `interval`, to be under less load, each is told a time between this
   * one and half as much again, so that they do not come back together. @default the option `interval`
   */
  get interval(): number {
    return this.#wiring.pace.interval;
  }

  set interval(ms: number) {
    // Without types, it may be anything.
    checkDuration("interval", ms ?? Number.NaN, 0);
    this.#wiring.pace.interval = ms;
  }

  /** A client that this node serves, by its secret id. */
  client(id: string): IClient | undefined {
    return this.#wiring.clients.local.get(id);
  }

  /**
   * Publishes as the server: no policy is asked, but `publishing` is raised and extensions see it. Resolves when
   * the message is in the log. Rejects with a {@link CometError}: `channel_name_invalid`, `data_not_serializable`,
   * `publish_cancelled`, `comet_closed`.
   */
  async publish(channel: string, data: unknown, options: PublishOptions = {}): Promise<void> {
    this.#checkOpen();
    checkChannel(channel, "broadcast");
    await this.#wiring.opening.wait();
    const failure = await this.#wiring.publisher.publish({ channel, data }, options);
    if (failure !== undefined)
      throw new CometError("publish_cancelled", `Not published: ${failure}`);
  }

  /** A client that this node serves, by the id that everybody may know. */
  clientByPublicId(publicId: string): IClient | undefined {
    return this.#wiring.clients.local.withPublicId(publicId);
  }

  /**
   * Makes a client before anybody shakes hands. Its secret `id` is the token to hand to the page that is to be it, which
   * presents it in its handshake as `ext.clientToken`. Rejects with a {@link CometError}: `client_exists`,
   * `options_invalid`, `comet_closed`.
   */
  async createClient(options: ClientOptions = {}): Promise<IClient> {
    this.#checkOpen();
    await this.#wiring.opening.wait();
    return this.#made.create(options);
  }

  /** Subscribes a client that this node serves; no policy is asked. False when it was subscribed, or there is no such client. */
  async subscribe(clientId: string, pattern: string, replay?: ReplayRequest): Promise<boolean> {
    checkPattern(pattern, "broadcast");
    return this.#made.subscribe(clientId, pattern, replay);
  }

  /** Takes a subscription from a client that this node serves. False when it had none, or there is no such client. */
  async unsubscribe(clientId: string, pattern: string): Promise<boolean> {
    return this.#made.unsubscribe(clientId, pattern);
  }

  /**
   * Sends a message to one client, by its id or its public id and on whichever node, whatever it is subscribed to, on a
   * broadcast or service channel. Resolves when the message is in the log; when there is no such client it goes nowhere.
   */
  async deliver(to: string, channel: string, data: unknown): Promise<void> {
    this.#checkOpen();
    checkChannel(channel, "broadcast", "service");
    await this.#wiring.opening.wait();
    // Whom to send to may come from a client, and only `broadcast` is to reach everybody.
    if (to !== EVERYBODY) await this.#wiring.publisher.deliver({ channel, data }, to);
  }

  /** Sends a message to every client on every node, whatever it is subscribed to. */
  async broadcast(channel: string, data: unknown, options: PublishOptions = {}): Promise<void> {
    this.#checkOpen();
    checkChannel(channel, "broadcast", "service");
    await this.#wiring.opening.wait();
    await this.#wiring.publisher.deliver({ channel, data }, EVERYBODY, options.except);
  }

  /**
   * Removes a client, on whichever node it is: a held connect of it is answered with the reason, in `ext.reason`, and the
   * advice not to come back, its connection is closed. By its id, or by its public id where this node serves it. False
   * when there is no such client.
   */
  async disconnect(id: string, reason: EndReason = "disconnected by the server"): Promise<boolean> {
    await this.#wiring.opening.wait();
    const { clients } = this.#wiring;
    const client = clients.local.get(id) ?? clients.local.withPublicId(id);
    return client ? clients.revoke(client, reason) : clients.revokeElsewhere(id, reason);
  }

  /**
   * Asks the subscribe policy again for everything a client is subscribed to, and takes from it what is refused
   * now: to be called when its rights have changed. Resolves with the patterns that were taken.
   */
  async recheck(clientId: string): Promise<readonly string[]> {
    const client = this.#wiring.clients.local.get(clientId);
    return client === undefined ? [] : recheckSubscriptions(this.#wiring, client);
  }

  /** Listens. Returns what ends it. With a pattern: only to what happens on channels that it covers. */
  on<Name extends keyof CometEvents>(name: Name, listener: Listener<Name>): Cancel;
  on<Name extends ChannelEventName>(name: Name, pattern: string, listener: Listener<Name>): Cancel;
  on<Name extends ChannelEventName>(
    name: Name,
    ...rest: [Listener<Name>] | [string, Listener<Name>]
  ): Cancel {
    const { hub } = this.#wiring;
    if (rest.length === 1) return hub.on(name, rest[0]);
    checkPattern(rest[0]);
    return hub.on(name, ...rest);
  }

  /** Answers messages that clients send to the server on channels below `/service`. The handler registered first is asked. */
  handle(pattern: string, handler: ServiceHandler): Cancel {
    checkPattern(pattern, "service");
    return this.#wiring.handlers.services.register(pattern, handler);
  }

  /**
   * Has a source publish while anybody is subscribed to a channel that the pattern covers: on one of the nodes that share a
   * store. Returns what takes it away. Throws a {@link CometError} `channel_pattern_invalid` or `options_invalid`.
   */
  source(pattern: string, source: IEventSource): Cancel {
    checkPattern(pattern, "broadcast");
    checkEventSource(source);
    this.#checkOpen();
    return this.#sources.add(pattern, source);
  }

  /**
   * Says how messages on the channels that the pattern covers are treated. Where several patterns cover a channel, the
   * closest one decides about each option. Returns what takes it back. Throws a {@link CometError} `options_invalid`.
   */
  channel(pattern: string, options: ChannelOptions): Cancel {
    checkPattern(pattern, "broadcast");
    checkChannelOptions(options, this.#wiring.store.history !== undefined);
    return this.#wiring.rules.add(pattern, options);
  }

  /**
   * True when the client that asks could subscribe to the channel or pattern now: asks the policies, then those who listen
   * to `subscribing`. For those who show what belongs to a channel. False for a client that this node does not serve.
   */
  async maySubscribe(asked: ClientQuestion, channel: string): Promise<boolean> {
    return maySubscribe(this.#wiring, asked, channel);
  }

  /**
   * Answers remote calls of clients: messages on `/service/<target>`, where the target may be a pattern. The handler that was
   * registered first is asked. Throws a {@link CometError} `channel_pattern_invalid` or `options_invalid`.
   */
  remote(target: string, handler: RemoteHandler, options: RemoteOptions = {}): Cancel {
    const pattern = `/service/${target.replace(/^\//, "")}`;
    checkPattern(pattern);
    const { timeout = this.limits.handlerTimeout } = options;
    checkDuration("timeout", timeout, 1);
    return this.#wiring.handlers.services.registerRemote(pattern, handler, timeout);
  }

  /** For adapters: true when calls of the target are answered, so that each has a result beside its receipt. */
  hasRemote(target: string): boolean {
    return this.#wiring.handlers.services.hasRemote(`/service/${target.replace(/^\//, "")}`);
  }

  /** Lets an extension see every message, and attaches it. Returns what removes it. */
  use(extension: ICometExtension): Cancel {
    const detach = attach(extension, this);
    const remove = this.#wiring.extensions.use(extension);
    const forget = this.#closing.on(detach);
    return () => {
      remove();
      forget();
      detach();
    };
  }

  /** For adapters: this connection type is served, as long as it is not cancelled. */
  announce(connectionType: string, options?: ConnectionTypeOptions): Cancel {
    return this.#wiring.connectionTypes.announce(connectionType, options);
  }

  /** For adapters: called when all held connects have been answered, to close what is still open within the milliseconds given. */
  onClosing(listener: (deadline: number) => Awaitable<void>): Cancel {
    return this.#closing.on(listener);
  }

  stats(): CometStats {
    return statsOf(this.#wiring);
  }

  /**
   * Answers every held connect with the advice to come back, lets adapters close their sockets, closes the store,
   * and leaves nothing running. New clients are refused from now on. Calling it again waits for the same end.
   */
  close({ deadline = 5_000 }: CloseOptions = {}): Promise<void> {
    this.#sources.close();
    return this.#closing.close(deadline);
  }

  #checkOpen(): void {
    if (this.#closing.isOver) throw new CometError("comet_closed", "This Comet is closed.");
  }
}

/** Makes a {@link Comet}. Throws a {@link CometError} `options_invalid` when an option is unknown or makes no sense. */
export function createComet(options: CometOptions): Comet {
  return new Comet(options);
}
