import type { Cancel, World } from "../world.ts";
import { delegateOf, type Method } from "./arguments.ts";
import { Backoff } from "./backoff.ts";
import { type Configuration, configured, DEFAULTS, type Settled } from "./configuration.ts";
import type { ExtensionOwner, IExtension } from "./extensions/extension.ts";
import { ExtensionChain } from "./extensions/extension-chain.ts";
import type { Ground } from "./ground.ts";
import { guardOf, Hooks, type ListenerHandle } from "./hooks.ts";
import { Listeners } from "./listeners.ts";
import { Log, type LogLevel } from "./log.ts";
import type { Callback } from "./message.ts";
import type { TimeoutListener } from "./patience.ts";
import type { TransportOwner } from "./transports/transport.ts";
import { type AnyTransport, TransportRegistry } from "./transports/transport-registry.ts";
import { worldWith } from "./world.ts";

export interface CometDOptions {
  /** What is missing where this runs, such as a `WebSocket` in Node before 22. */
  readonly world?: Partial<World>;
}

/** The part of a `CometD` that needs no connection: what is set up, and who listens. */
export abstract class Setup extends Hooks {
  /** Set by an extension that lets a session outlive its page. */
  reload: ((options?: { readonly name?: string }) => void) | undefined;
  protected readonly ground: Ground;
  readonly #name: string;
  readonly #log = new Log();
  readonly #timers = new Map<number, Cancel>();
  #configuration: Settled = DEFAULTS;
  #lastTimer = 0;

  constructor(name = "default", { world = {} }: CometDOptions = {}) {
    super();
    this.#name = name;
    const configuration = (): Settled => this.#configuration;
    const guard = guardOf(this, this.#log);
    this.ground = {
      ...{ configuration, guard, world: worldWith(world), log: this.#log, hooks: this },
      listeners: new Listeners(guard),
      extensions: new ExtensionChain(guard),
      transports: new TransportRegistry(),
      backoff: new Backoff(configuration),
      timeoutListeners: new Set(),
      isReloadable: () => this.reload !== undefined,
    };
  }

  /** What extensions and transports get to see. */
  protected abstract asOwner(): ExtensionOwner & TransportOwner;

  /** Others may be used from the next handshake on. */
  protected abstract transportsChanged(): void;

  getName(): string {
    return this.#name;
  }

  /** Throws where no URL was ever given. Some of it takes effect with the next handshake. */
  configure(configuration: Configuration | string): void {
    this.#configuration = configured(this.#configuration, configuration);
    this.#log.level = this.#configuration.logLevel;
  }

  /** A copy. */
  getConfiguration(): Settled {
    const { advice, requestHeaders, urls } = this.#configuration;
    return {
      ...this.#configuration,
      ...{ advice: { ...advice }, requestHeaders: { ...requestHeaders }, urls: { ...urls } },
    };
  }

  setLogLevel(level: LogLevel): void {
    this.#configuration = { ...this.#configuration, logLevel: level };
    this.#log.level = level;
  }

  /** Milliseconds from which the longest wait after a failure doubles. */
  getBackoffIncrement(): number {
    return this.#configuration.backoffIncrement;
  }

  setBackoffIncrement(period: number): void {
    this.#configuration = { ...this.#configuration, backoffIncrement: period };
  }

  /** The last wait before another attempt. */
  getBackoffPeriod(): number {
    return this.ground.backoff.period;
  }

  increaseBackoffPeriod(): number {
    return this.ground.backoff.increase();
  }

  resetBackoffPeriod(): void {
    this.ground.backoff.period = 0;
  }

  _warn(...details: readonly unknown[]): void {
    this.#log.write("warn", ...details);
  }

  _info(...details: readonly unknown[]): void {
    this.#log.write("info", ...details);
  }

  _debug(...details: readonly unknown[]): void {
    this.#log.write("debug", ...details);
  }

  setTimeout(action: () => void, delay: number): number {
    const id = ++this.#lastTimer;
    const run = (): void => {
      this.#timers.delete(id);
      this.ground.guard(action, "onCallbackException");
    };
    this.#timers.set(id, this.ground.world.after(delay, run));
    return id;
  }

  clearTimeout(id: number): void {
    this.#timers.get(id)?.();
    this.#timers.delete(id);
  }

  /** For messages on a channel or on those that a pattern covers, `/meta/*` included. The server is not asked for any. */
  addListener(channel: string, callback: Callback): ListenerHandle;
  addListener(channel: string, scope: unknown, callback: Method): ListenerHandle;
  addListener(channel: string, scope: unknown, callback?: Method): ListenerHandle {
    if (typeof channel !== "string") {
      throw new Error("Illegal argument type: channel must be a string");
    }
    const delegate = delegateOf(scope, callback);
    return this.ground.listeners.add({ ...delegate, channel, listener: true });
  }

  removeListener(handle: ListenerHandle): void {
    if (typeof handle?.channel !== "string" || !("id" in handle)) {
      throw new Error("Invalid argument: expected what addListener returned");
    }
    this.ground.listeners.remove(handle);
  }

  /** Removes all listeners and the callbacks of all subscriptions. The server is not told. */
  clearListeners(): void {
    this.ground.listeners.clear();
  }

  /**
   * Has the listener asked when messages have no answer in time: it may give the milliseconds to wait longer. The first one
   * has to be there before the handshake.
   */
  addTransportListener(event: "timeout", listener: TimeoutListener): void {
    if (event !== "timeout") throw new Error(`Unsupported event ${String(event)}`);
    this.ground.timeoutListeners.add(listener);
  }

  removeTransportListener(_event: "timeout", listener: TimeoutListener): boolean {
    return this.ground.timeoutListeners.delete(listener);
  }

  /** False where there is one of that name already. */
  registerExtension(name: string, extension: IExtension): boolean {
    if (typeof name !== "string") {
      throw new Error("Illegal argument type: extension name must be a string");
    }
    const wasAdded = this.ground.extensions.add(name, extension);
    if (wasAdded) extension.registered?.(name, this.asOwner());
    return wasAdded;
  }

  unregisterExtension(name: string): boolean {
    const extension = this.ground.extensions.remove(name);
    extension?.unregistered?.();
    return extension !== null;
  }

  getExtension(name: string): IExtension | null {
    return this.ground.extensions.find(name);
  }

  /** The lower the index, the more it is preferred. False where there is one of that type already. */
  registerTransport(type: string, transport: AnyTransport, index?: number): boolean {
    const wasAdded = this.ground.transports.add(type, transport, index);
    if (wasAdded && "registered" in transport) transport.registered?.(type, this.asOwner());
    this.transportsChanged();
    return wasAdded;
  }

  unregisterTransport(type: string): AnyTransport | null {
    const transport = this.ground.transports.remove(type);
    if (transport !== null && "unregistered" in transport) transport.unregistered?.();
    this.transportsChanged();
    return transport;
  }

  unregisterTransports(): void {
    for (const type of this.getTransportTypes()) this.unregisterTransport(type);
  }

  getTransportTypes(): string[] {
    return this.ground.transports.getTransportTypes();
  }

  findTransport(type: string): AnyTransport | null {
    return this.ground.transports.find(type);
  }

  getTransportRegistry(): TransportRegistry {
    return this.ground.transports;
  }
}
