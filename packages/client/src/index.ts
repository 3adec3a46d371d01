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
export { CometClient, type State } from "./comet-client.ts";
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
