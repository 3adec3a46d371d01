export { CometD } from "./compat/comet-d.ts";
export type { Configuration } from "./compat/configuration.ts";
export { AckExtension } from "./compat/extensions/ack-extension.ts";
export { Extension, type ExtensionOwner, type IExtension } from "./compat/extensions/extension.ts";
export { TimeStampExtension } from "./compat/extensions/timestamp-extension.ts";
export type { ListenerHandle, SubscriptionHandle } from "./compat/hooks.ts";
export type { LogLevel } from "./compat/log.ts";
export type { Callback, CometMessage, Failure, Props, Status } from "./compat/message.ts";
export type { CometDOptions } from "./compat/setup.ts";
export {
  CallbackPollingTransport,
  LongPollingTransport,
  WebSocketTransport,
} from "./compat/transports/built-in.ts";
export type { Envelope, ForeignTransport } from "./compat/transports/foreign-transport.ts";
export { Transport, type TransportOwner } from "./compat/transports/transport.ts";
export { type AnyTransport, TransportRegistry } from "./compat/transports/transport-registry.ts";
