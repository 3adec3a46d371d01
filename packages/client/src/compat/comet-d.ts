import type { Advice } from "../message.ts";
import {
  beforeCallback,
  checkChannel,
  checkPattern,
  delegateOf,
  type Method,
  propsAndCallback,
} from "./arguments.ts";
import type { Configuration } from "./configuration.ts";
import { Conversation } from "./conversation.ts";
import type { SubscriptionHandle } from "./hooks.ts";
import type { Callback, CometMessage, Props, Status } from "./message.ts";
import { type CometDOptions, Setup } from "./setup.ts";
import {
  CallbackPollingTransport,
  LongPollingTransport,
  WebSocketTransport,
} from "./transports/built-in.ts";
import type { AnyTransport } from "./transports/transport-registry.ts";

/** A client with the methods of that of cometd.js. What it throws is an `Error`, and what fails later goes to callbacks. */
export class CometD extends Setup {
  #conversation: Conversation | undefined;

  constructor(name?: string, options?: CometDOptions) {
    super(name, options);
    if (this.ground.world.WebSocket) this.registerTransport("websocket", new WebSocketTransport());
    this.registerTransport("long-polling", new LongPollingTransport());
    this.registerTransport("callback-polling", new CallbackPollingTransport());
  }

  init(configuration: Configuration | string, props?: Props): void {
    this.configure(configuration);
    this.handshake(props ?? {});
  }

  /** Begins. The callback gets the reply to each handshake, also to those that become necessary later. */
  handshake(callback?: Callback): void;
  handshake(props: Props, callback?: Callback): void;
  handshake(...given: readonly unknown[]): void {
    const status = this.getStatus();
    if (status !== "disconnected") throw new Error(`Illegal state: ${status}`);
    if (this.ground.transports.findTransportTypes("1.0", false, this.getURL()).length === 0) {
      throw new Error(`Could not find initial transport among: ${this.getTransportTypes()}`);
    }
    const [props, callback] = propsAndCallback(given);
    this.resetBackoffPeriod();
    this.#conversation = new Conversation(this.ground, props, callback);
  }

  /** Does nothing where it is disconnected already. */
  disconnect(callback?: Callback): void;
  disconnect(props: Props, callback?: Callback): void;
  disconnect(...given: readonly unknown[]): void {
    if (!this.isDisconnected()) this.#conversation?.leave(...propsAndCallback(given));
  }

  /** What is sent from now on is sent when the batch ends. */
  startBatch(): void {
    this.#conversation?.startBatch();
  }

  endBatch(): void {
    this.#conversation?.endBatch();
  }

  /** What is sent while the function runs goes together. */
  batch(group: () => void): void;
  batch(scope: unknown, group: Method): void;
  batch(scope: unknown, group?: Method): void {
    const { scope: target, callback } = delegateOf(scope, group);
    this.startBatch();
    try {
      (callback as () => void).call(target);
    } finally {
      this.endBatch();
    }
  }

  /**
   * Has the callback get the messages on a channel, or on those that a pattern covers. The last argument gets the server's
   * answer, also where another subscription to the same has asked for it. Throws where it is disconnected.
   */
  subscribe(channel: string, callback: Callback, ack?: Callback): SubscriptionHandle;
  subscribe(channel: string, callback: Callback, props: Props, ack?: Callback): SubscriptionHandle;
  subscribe(channel: string, scope: unknown, callback: Method, ack?: Callback): SubscriptionHandle;
  subscribe(
    channel: string,
    scope: unknown,
    callback: Method,
    props: Props,
    ack?: Callback,
  ): SubscriptionHandle;
  subscribe(channel: string, ...given: readonly unknown[]): SubscriptionHandle {
    checkPattern(channel);
    const { topics } = this.#connected();
    const hasScope = typeof given[0] !== "function";
    const delegate = delegateOf(given[0], given[1]);
    const handle = this.ground.listeners.add({ ...delegate, channel, listener: false });
    topics.subscribe(handle, ...propsAndCallback(given.slice(hasScope ? 2 : 1)));
    return handle;
  }

  /** Throws where it is disconnected. */
  unsubscribe(handle: SubscriptionHandle, callback?: Callback): void;
  unsubscribe(handle: SubscriptionHandle, props: Props, callback?: Callback): void;
  unsubscribe(handle: SubscriptionHandle, ...given: readonly unknown[]): void {
    const { topics } = this.#connected();
    this.removeListener(handle);
    topics.unsubscribe(handle, ...propsAndCallback(given));
  }

  /** Puts a new subscription in the place of another. */
  resubscribe(handle: SubscriptionHandle, props: Props = {}): SubscriptionHandle | undefined {
    if (!handle) return undefined;
    const { topics } = this.#connected();
    const { channel, scope, callback } = handle;
    const next = this.ground.listeners.add({ channel, scope, callback, listener: false });
    topics.subscribe(next, props, undefined);
    this.removeListener(handle);
    topics.release(handle);
    return next;
  }

  /** Ends all subscriptions. Listeners stay. */
  clearSubscriptions(): void {
    this.#conversation?.topics.clear();
  }

  /** The callback gets the receipt of the server, or what has gone wrong. Throws where it is disconnected. */
  publish(channel: string, data: unknown, callback?: Callback): void;
  publish(channel: string, data: unknown, props: Props, callback?: Callback): void;
  publish(channel: string, ...given: readonly unknown[]): void {
    checkChannel(channel);
    const conversation = this.#connected();
    const { values, callback } = beforeCallback(given);
    const [data = {}, props] = values;
    const message = { ...(props as Props), channel, data };
    conversation.send(conversation.deliveries.publish(message, callback));
  }

  /** The same for bytes, with the `BinaryExtension`. `last`: whether no other part follows. */
  publishBinary(channel: string, ...given: readonly unknown[]): void {
    const { values, callback } = beforeCallback(given);
    const { content, rest } = binaryOf(values);
    this.publish(channel, content, marked(rest[0]), callback);
  }

  /**
   * Asks a handler on the server, and gives the callback the message with the result, or what has gone wrong. `timeout`:
   * milliseconds to wait, `maxNetworkDelay` unless given; 0 for as long as it takes. Throws where it is disconnected.
   */
  remoteCall(target: string, data: unknown, callback?: Callback): void;
  remoteCall(target: string, data: unknown, timeout: number, callback?: Callback): void;
  remoteCall(
    target: string,
    data: unknown,
    timeout: number,
    props: Props,
    callback?: Callback,
  ): void;
  remoteCall(target: string, ...given: readonly unknown[]): void {
    const channel = `/service/${String(target).replace(/^\//, "")}`;
    checkChannel(channel);
    const conversation = this.#connected();
    const { values, callback } = beforeCallback(given);
    const [data = {}, timeout = this.getConfiguration().maxNetworkDelay, props] = values;
    const message = { ...(props as Props), channel, data };
    conversation.send(conversation.deliveries.call(message, callback, Number(timeout)));
  }

  /** The same for bytes, with the `BinaryExtension`. */
  remoteCallBinary(target: string, ...given: readonly unknown[]): void {
    const { values, callback } = beforeCallback(given);
    const { content, rest } = binaryOf(values);
    const [timeout = this.getConfiguration().maxNetworkDelay, props] = rest;
    this.remoteCall(target, content, Number(timeout), marked(props), callback);
  }

  /** Sends a message as it is. It is given an id. */
  send(message: CometMessage): void {
    const conversation = this.#connected();
    conversation.send(conversation.deliveries.publish(message, undefined));
  }

  /** Takes a message as if the server had sent it. */
  receive(message: CometMessage): void {
    this.#conversation?.receive(message);
  }

  getStatus(): Status {
    return this.#conversation?.status ?? "disconnected";
  }

  isDisconnected(): boolean {
    return ["disconnecting", "disconnected"].includes(this.getStatus());
  }

  getClientId(): string | null {
    return this.#conversation?.clientId ?? null;
  }

  getURL(): string {
    const { url, urls } = this.getConfiguration();
    const transport = this.getTransport();
    const own = transport && "url" in transport ? transport.url : undefined;
    return own ?? urls[this.#conversation?.transportType ?? ""] ?? url;
  }

  getTransport(): AnyTransport | null {
    return this.findTransport(this.#conversation?.transportType ?? "");
  }

  getAdvice(): Advice {
    return { ...(this.#conversation?.advice ?? {}) };
  }

  protected asOwner(): this {
    return this;
  }

  protected transportsChanged(): void {
    this.#conversation?.refresh();
  }

  #connected(): Conversation {
    if (this.#conversation === undefined || this.isDisconnected()) {
      throw new Error("Illegal state: disconnected");
    }
    return this.#conversation;
  }
}

/** Bytes, whether they are the last, and what is said about them; and what comes after these. */
function binaryOf([data = new ArrayBuffer(0), last = true, meta, ...rest]: readonly unknown[]): {
  readonly content: object;
  readonly rest: readonly unknown[];
} {
  return { content: { meta, data, last }, rest };
}

function marked(props: unknown): Props {
  const { ext, ...others } = (props ?? {}) as { readonly ext?: object };
  return { ...others, ext: { ...ext, binary: {} } };
}
