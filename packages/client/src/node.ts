import type { AnyCall } from "./call-map.ts";
import type { AnyChannel } from "./channel-map.ts";
import type { ClientEvents } from "./client-events.ts";
import { CometClient as Client } from "./comet-client.ts";
import { asCometError } from "./comet-error.ts";
import { cookieFetch } from "./cookie-fetch.ts";
import { SafeListeners } from "./safe-listeners.ts";
import type { ClientOptions } from "./settings.ts";

/** The client as it is in Node, where nobody else keeps cookies, and what a listener throws would end the process. */
export class CometClient<Channels = AnyChannel, Calls = AnyCall> extends Client<Channels, Calls> {
  readonly #listeners = new SafeListeners((cause) => {
    const error = asCometError(cause, "listener_failed");
    this.dispatchEvent(Object.assign(new Event("error"), { error }));
  });
  /** Those that listen to errors cannot be told of their own. */
  readonly #errorListeners = new SafeListeners(warn);

  constructor(url: string, options: ClientOptions<Channels> = {}) {
    super(url, { ...options, world: { fetch: cookieFetch(), ...options.world } });
  }

  override addEventListener<Type extends keyof ClientEvents>(
    type: Type,
    listener: (event: ClientEvents[Type]) => void,
    options?: { readonly once?: boolean; readonly signal?: AbortSignal },
  ): void {
    super.addEventListener(type, this.#safe(type).of(listener), options);
  }

  override removeEventListener<Type extends keyof ClientEvents>(
    type: Type,
    listener: (event: ClientEvents[Type]) => void,
  ): void {
    super.removeEventListener(type, this.#safe(type).of(listener));
  }

  #safe(type: string): SafeListeners {
    return type === "error" ? this.#errorListeners : this.#listeners;
  }
}

function warn(cause: unknown): void {
  const { process } = globalThis as unknown as {
    readonly process: { emitWarning(warning: Error): void };
  };
  process.emitWarning(asCometError(cause, "listener_failed"));
}

export type { AnyCall, CallArguments, KnownTarget, ResultOf, StreamedBy } from "./call-map.ts";
export type { AnyChannel, DataOf, Known } from "./channel-map.ts";
export type {
  ClientEvents,
  ConnectedEvent,
  FailureEvent,
  GapEvent,
  MessageEvent,
  TypedTarget,
} from "./client-events.ts";
export type { State } from "./comet-client.ts";
export { type ClientErrorCode, CometError } from "./comet-error.ts";
export type { ClientExtension, Hooked } from "./engine/client-extension.ts";
export { type Advice, type Ext, HEADERS, type Message } from "./message.ts";
export type { MessageOptions } from "./message-options.ts";
export type { CallOptions } from "./remote-call.ts";
export type { ClientOptions, Supplied } from "./settings.ts";
export type { ChannelsOf, SchemasOf, StandardSchema } from "./standard-schema.ts";
export type { Overflow, QueueOptions } from "./subscriptions/message-queue.ts";
export {
  type Delivery,
  type IterableSubscription,
  type ReadySubscription,
  type SubscribeOptions,
  Subscription,
} from "./subscriptions/subscription.ts";
export {
  type ITransport,
  type TransportFactory,
  type TransportHost,
  TransportRegistry,
} from "./transport.ts";
export type { Cancel, Fetch, FetchResponse, Page, Socket, SocketClass, World } from "./world.ts";
