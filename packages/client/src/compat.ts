export { CometD } from "./compat/comet-d.ts";
export type { Configuration } from "./compat/configuration.ts";
export { AckExtension } from "./compat/extensions/ack-extension.ts";
export { BinaryExtension } from "./compat/extensions/binary-extension.ts";
export { Extension, type ExtensionOwner, type IExtension } from "./compat/extensions/extension.ts";
export { ReloadExtension, type ReloadOptions } from "./compat/extensions/reload-extension.ts";
export { TimeSyncExtension } from "./compat/extensions/time-sync-extension.ts";
export { TimeStampExtension } from "./compat/extensions/timestamp-extension.ts";
export type { FailureInfo, ListenerHandle, SubscriptionHandle } from "./compat/hooks.ts";
export type { LogLevel } from "./compat/log.ts";
export type {
  Callback,
  CometMessage as Message,
  Failure,
  Props,
  Status,
} from "./compat/message.ts";
export type { TimeoutListener } from "./compat/patience.ts";
export type { CometDOptions } from "./compat/setup.ts";
export {
  CallbackPollingTransport,
  LongPollingTransport,
  WebSocketTransport,
} from "./compat/transports/built-in.ts";
export type { Envelope, ForeignTransport } from "./compat/transports/foreign-transport.ts";
export { RequestTransport, type TransportRequest } from "./compat/transports/request-transport.ts";
export { Transport, type TransportOwner } from "./compat/transports/transport.ts";
export { type AnyTransport, TransportRegistry } from "./compat/transports/transport-registry.ts";
export { type Bytes, Z85 } from "./compat/z85.ts";
export type { Advice } from "./message.ts";
