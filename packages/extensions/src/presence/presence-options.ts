import { type IClient, isChannelPattern, kindOf } from "@encke/core";
import { BOOLEAN, count, duration, FUNCTION, type Rule, settingsOf } from "../settings.ts";

export interface PresenceOptions {
  /** The channels that have presence, or patterns that cover them. */
  readonly channels: readonly string[];
  /** What others may know of a client beside its public id: plain JSON, and little of it. @default nothing */
  readonly info?: (client: IClient) => unknown;
  /** Whether joining and leaving is told on the companion channel. @default true */
  readonly announce?: boolean;
  /** The most members in one page. At most 1_000. @default 100 */
  readonly pageSize?: number;
  /** Milliseconds after which the members of a node that is gone are no longer listed. At least 3_000. @default 60_000 */
  readonly ttl?: number;
}

export type PresenceSettings = Required<PresenceOptions>;

const PATTERNS: Rule = {
  expected: 'a list of channels and patterns such as "/chat/*"',
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(isBroadcast),
};
const RULES = {
  channels: PATTERNS,
  info: FUNCTION,
  announce: BOOLEAN,
  pageSize: count(1_000),
  ttl: duration(3_000),
};
const DEFAULTS = {
  announce: true,
  pageSize: 100,
  ttl: 60_000,
} as const satisfies Partial<PresenceOptions>;

export function presenceSettings(options: PresenceOptions): PresenceSettings {
  const info = (): undefined => undefined;
  return settingsOf<PresenceSettings>("presence", RULES, { ...DEFAULTS, info }, options);
}

function isBroadcast(value: unknown): boolean {
  return typeof value === "string" && isChannelPattern(value) && kindOf(value) === "broadcast";
}
