export { type TimestampOptions, timestamp } from "./timestamp.ts";
export { type TimesyncOptions, timesync } from "./timesync.ts";
