export { ack } from "./ack.ts";
export { type ActivityOptions, activity } from "./activity.ts";
export {
  type BinaryData,
  type BinaryDataOptions,
  binary,
  binaryData,
  isBinaryData,
} from "./binary.ts";
export { type PresenceExtension, presence } from "./presence/presence.ts";
export type { PresenceOptions } from "./presence/presence-options.ts";
export type {
  PresenceChange,
  PresenceMember,
  PresenceMembers,
  PresenceQuery,
} from "./presence/roster.ts";
export { type ReplayOptions, replay } from "./replay.ts";
export { type TimestampOptions, timestamp } from "./timestamp.ts";
export { type TimesyncOptions, timesync } from "./timesync.ts";
export { decodeZ85 } from "./z85.ts";
