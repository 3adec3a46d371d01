import type { ChannelOptions, HistoryOptions } from "../handlers/channel-rules.ts";
import { LONGEST } from "../ports/ports.ts";
import { CometError } from "../protocol/errors.ts";

type Check = readonly [expected: string, accepts: (value: unknown) => boolean];

const aBoolean: Check = ["true or false", (value) => typeof value === "boolean"];
const aCount: Check = [
  "a whole number above 0",
  (value) => Number.isSafeInteger(value) && (value as number) > 0,
];
const aDuration: Check = [
  `a number of milliseconds from 0 to ${LONGEST}`,
  (value) => typeof value === "number" && value >= 0 && value <= LONGEST,
];

const CHANNEL_CHECKS: Readonly<Record<keyof ChannelOptions, Check>> = {
  lazy: aDuration,
  broadcastToPublisher: aBoolean,
  persistent: aBoolean,
  history: ["an object or false", (value) => value === false || isObject(value)],
  maxMessageBytes: aCount,
  overflow: [
    '"drop-oldest", "drop-newest" or "disconnect"',
    (value) => ["drop-oldest", "drop-newest", "disconnect"].includes(value as string),
  ],
  conflate: ["a function", (value) => typeof value === "function"],
};

const HISTORY_CHECKS: Readonly<Record<keyof HistoryOptions, Check>> = {
  count: aCount,
  bytes: aCount,
  ms: [`a number of milliseconds above 0`, (value) => typeof value === "number" && value > 0],
  replay: [
    "a whole number from 0",
    (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  ],
};

/** Throws a {@link CometError} `options_invalid` for what is unknown or makes no sense. */
export function checkChannelOptions(options: ChannelOptions, hasHistory: boolean): void {
  if (!isObject(options)) throw invalid("Options of a channel must be an object.");
  check(options, CHANNEL_CHECKS, "");
  if (options.history === undefined || options.history === false) return;
  check(options.history, HISTORY_CHECKS, "history.");
  if (!hasHistory) throw invalid("history needs a store that has one.");
}

function check(options: object, checks: Readonly<Record<string, Check>>, prefix: string): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(checks, name)) throw invalid(`Unknown option "${prefix}${name}".`);
    const [expected, accepts] = checks[name] as Check;
    if (!accepts(value)) throw invalid(`${prefix}${name} must be ${expected}.`);
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function invalid(text: string): CometError {
  return new CometError("options_invalid", text);
}
