export type { CallOptions } from "./calls/remote-calls.ts";
export type { AnyChannel, DataOf, Known } from "./channel-map.ts";
export {
  type ClientEvents,
  ConnectedEvent,
  FailureEvent,
  GapEvent,
  MessageEvent,
  type TypedTarget,
} from "./client-events.ts";
export { CometClient, type SubscribeOptions } from "./comet-client.ts";
export { type ClientErrorCode, CometError } from "./comet-error.ts";
export type { State } from "./engine/states.ts";
export type { Advice, Ext, Message } from "./message.ts";
export type { ClientOptions, Supplied } from "./settings.ts";
export type { Overflow, QueueOptions } from "./subscriptions/message-queue.ts";
export {
  type Delivery,
  IterableSubscription,
  Subscription,
} from "./subscriptions/subscription.ts";
export {
  type ITransport,
  type TransportFactory,
  type TransportHost,
  TransportRegistry,
} from "./transport.ts";
export type { Cancel, Fetch, FetchResponse, Socket, SocketClass, World } from "./world.ts";
