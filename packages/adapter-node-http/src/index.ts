export { adviseByLoad, type LoadAdviceOptions } from "./advise-by-load.ts";
export {
  type Attachment,
  type AttachOptions,
  attachComet,
  type CometServer,
} from "./attach-comet.ts";
export type { CookieOptions } from "./browser-cookie.ts";
export { type CometHandler, createCometHandler } from "./comet-handler.ts";
export {
  type DiagnosticsMessage,
  type DiagnosticsOptions,
  diagnostics,
  type FactName,
} from "./diagnostics.ts";
export { Gate, type GateKeeper, type GateOptions } from "./gate.ts";
export { sendAnswer } from "./http/answer.ts";
export type { NodeRequest, NodeResponse } from "./node-messages.ts";
export type { OriginPolicy } from "./origins.ts";
export type { Peer, PeerOf } from "./peer.ts";
export { newSecret } from "./secrets.ts";
export type { ServedComet } from "./served-comet.ts";
export type { CometHttpOptions } from "./settings.ts";
export { frameText } from "./websocket/frame.ts";
export { attachWebSockets } from "./websocket/index.ts";
