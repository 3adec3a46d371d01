export { type ActivityOptions, activity } from "./activity.ts";
export {
  type BinaryData,
  type BinaryDataOptions,
  binary,
  binaryData,
  isBinaryData,
} from "./binary.ts";
export { type TimestampOptions, timestamp } from "./timestamp.ts";
export { type TimesyncOptions, timesync } from "./timesync.ts";
