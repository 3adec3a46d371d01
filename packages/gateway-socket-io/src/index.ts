export { attachSocketIo, type GatewayServer, type SocketIoAttachment } from "./attach-socket-io.ts";
export type { BridgedComet } from "./bridged-comet.ts";
export type { NamespaceOptions, SocketIoOptions } from "./options.ts";
