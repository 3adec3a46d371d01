export type { IMessageBus, StreamRequest } from "./bus/message-bus.ts";
export type { IMessagesProcessor, ProcessedMessages } from "./bus/messages-processor.ts";
export type { BindingMode } from "./clients/browser-binding.ts";
export type {
  ClientData,
  ClientPace,
  IClient,
  IClientFactory,
  ReplayRequest,
} from "./clients/client.ts";
export type { EndReason } from "./clients/client-directory.ts";
export type { StreamStart } from "./clients/resumption.ts";
export { RenewedMap } from "./collections/renewed-map.ts";
export { RenewedSet } from "./collections/renewed-set.ts";
export {
  Comet,
  createComet,
} from "./comet/comet.ts";
export type { ICometExtension } from "./comet/comet-extension.ts";
export type { ClientOptions } from "./comet/made-clients.ts";
export type { ClientQuestion } from "./comet/may-subscribe.ts";
export type { CloseOptions, PublishOptions, RemoteOptions } from "./comet/method-options.ts";
export type { CometOptions } from "./comet/options.ts";
export type {
  IEventSource,
  PullSource,
  PushSource,
  SourceContext,
  SourceMessage,
} from "./comet/sources/event-source.ts";
export type { CometStats } from "./comet/stats.ts";
export type {
  CancellableEvent,
  ChannelEventName,
  CometEvents,
  ConnectingEvent,
  DisconnectingEvent,
  HandshakingEvent,
  Listener,
  PublishedEvent,
  PublishingEvent,
  SubscribingEvent,
  SubscriptionEvent,
} from "./events/comet-events.ts";
export type { ExtensionContext, IExtension } from "./events/extensions.ts";
export type {
  ChannelRequest,
  ClientTraits,
  HandshakeRequest,
  Permission,
  Policies,
  Policy,
  Refusal,
  Verdict,
} from "./events/policies.ts";
export { CometAsyncResult, type ICometAsyncResult } from "./exchange/comet-async-result.ts";
export type {
  BrowserIdentity,
  Connection,
  RequestContext,
  Responder,
} from "./exchange/responder.ts";
export type { ChannelOptions, HistoryOptions } from "./handlers/channel-rules.ts";
export type { IClientIdGenerator } from "./handlers/client-ids.ts";
export type { ConnectionTypeOptions } from "./handlers/connection-types.ts";
export type { HandlerOverrides } from "./handlers/handler-table.ts";
export type {
  HandlerRequest,
  IMessageHandler,
  MessageHandlerResult,
} from "./handlers/message-handler.ts";
export type { RemoteHandler, RemoteRequest } from "./handlers/remote-call.ts";
export { RemoteError } from "./handlers/remote-error.ts";
export type { ServiceHandler, ServiceRequest } from "./handlers/swallow-handler.ts";
export type { Abort, CancelSignal } from "./ports/abort.ts";
export { type Awaitable, isPromise } from "./ports/awaitable.ts";
export type { Cancel, Log, LogLevel, Ports } from "./ports/ports.ts";
export { Batch, type BatchEncoder, type EncodedMessage } from "./protocol/batch.ts";
export { byteLength } from "./protocol/byte-length.ts";
export { ChannelTrie } from "./protocol/channel-trie.ts";
export {
  type ChannelKind,
  type ChannelLimits,
  closestPattern,
  isChannel,
  isChannelPattern,
  kindOf,
  matches,
} from "./protocol/channels.ts";
export { checkMessage, decodeMessages } from "./protocol/decode.ts";
export {
  BAYEUX_ERRORS,
  type BayeuxErrorCode,
  bayeuxError,
  COMET_ERRORS,
  CometError,
  type CometErrorCode,
} from "./protocol/errors.ts";
export type { Limits } from "./protocol/limits.ts";
export type { Advice, Ext, Message, ReceivedMessage } from "./protocol/message.ts";
export type {
  ClientRecord,
  IClientRepository,
  Lease,
  SubscriberPage,
} from "./store/client-repository.ts";
export type {
  AppendResult,
  ControlEntry,
  Cursor,
  DeliveryHints,
  ILogListener,
  IMessageLog,
  LogEntry,
  LogState,
  OverflowPolicy,
  Position,
  Publication,
  ReadResult,
  Retention,
} from "./store/message-log.ts";
export type {
  HistoryPage,
  IHistory,
  IPresence,
  IStore,
  PresencePage,
  StoreCapabilities,
  StoreHost,
} from "./store/store.ts";
export { systemPorts } from "./system.ts";
