export { type Replacement, replace } from "./binding/replacement.ts";
export { CometExplorer } from "./comet-explorer.ts";
export { type CometHealth, cometHealth } from "./comet-health.ts";
export { CometModule } from "./comet-module.ts";
export { CometService, type CometServiceOptions } from "./decorators/comet-service.ts";
export {
  CanCreate,
  CanHandshake,
  CanPublish,
  CanSubscribe,
  Configure,
  Listener,
  OnHandshake,
  OnSessionRemoved,
  OnSubscribed,
  OnUnsubscribed,
  RemoteCall,
  RemoteStream,
  Subscription,
} from "./decorators/handler-decorators.ts";
export { LocalSession } from "./decorators/local-session.ts";
export {
  Channel,
  ChannelParam,
  CometMessage,
  CurrentSession,
  Payload,
  SessionSignal,
} from "./decorators/param-decorators.ts";
export { CometContext } from "./handlers/comet-context.ts";
export type { SchemaOption, StandardSchema } from "./handlers/schema-pipe.ts";
export type {
  CometAttacher,
  CometModuleExtras,
  CometModuleOptions,
  CometNestOptions,
} from "./module-options.ts";
export { getCometToken, InjectComet } from "./tokens.ts";
