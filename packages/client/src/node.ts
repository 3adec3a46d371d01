import type { AnyCall } from "./call-map.ts";
import type { AnyChannel } from "./channel-map.ts";
import { CometClient as Client } from "./comet-client.ts";
import { cookieFetch } from "./cookie-fetch.ts";
import type { ClientOptions } from "./settings.ts";

/** The client as it is in Node, where nobody else keeps cookies. */
export class CometClient<Channels = AnyChannel, Calls = AnyCall> extends Client<Channels, Calls> {
  constructor(url: string, options: ClientOptions<Channels> = {}) {
    super(url, { ...options, world: { fetch: cookieFetch(), ...options.world } });
  }
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
export type { Advice, Ext, Message } from "./message.ts";
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
