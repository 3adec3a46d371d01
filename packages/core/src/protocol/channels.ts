/** The longest name and the most segments of a channel that a client may use. */
export interface ChannelLimits {
  readonly channelLength: number;
  readonly channelDepth: number;
}

// The unreserved characters of the Bayeux grammar and what people put into names beside them.
// Not in it: space, control, percent and everything outside ASCII, so that no two names look alike.
const SEGMENT = "[A-Za-z0-9\\-_!~()$@.+=,:;&']+";
const CHANNEL = new RegExp(`^(?:/${SEGMENT})+$`);
const PATTERN = new RegExp(`^(?:/${SEGMENT})*/(?:${SEGMENT}|\\*\\*?)$`);
const RESERVED = /^\/(?:meta|service)(?:\/|$)/i;

const META_PREFIX = "/meta/";
const SERVICE_PREFIX = "/service/";

export type ChannelKind = "meta" | "service" | "broadcast";

/** True for a concrete, canonical name: `/chat/room`, never `/chat/`, `/chat//room`, `/chat/*` or `/META/connect`. */
export function isChannel(name: string, limits?: ChannelLimits): boolean {
  return isWithin(name, limits) && CHANNEL.test(name) && !isLookalike(name);
}

/** True for a channel, and for a pattern: a channel whose last segment is `*` (one segment) or `**` (one or more). */
export function isChannelPattern(name: string, limits?: ChannelLimits): boolean {
  return isWithin(name, limits) && PATTERN.test(name) && !isLookalike(name);
}

export function isWildcard(pattern: string): boolean {
  return pattern.endsWith("*");
}

export function kindOf(channel: string): ChannelKind {
  if (channel.startsWith(META_PREFIX) || channel === "/meta") return "meta";
  return channel.startsWith(SERVICE_PREFIX) || channel === "/service" ? "service" : "broadcast";
}

/** True when the pattern is the channel, or covers it: `/a/*` covers `/a/b`, `/a/**` also `/a/b/c`, neither covers `/a`. */
export function matches(pattern: string, channel: string): boolean {
  if (pattern.endsWith("/**"))
    return channel.startsWith(pattern.slice(0, -2)) && channel.length > pattern.length - 2;
  if (!pattern.endsWith("/*")) return pattern === channel;
  const prefix = pattern.length - 1;
  return (
    channel.length > prefix &&
    channel.startsWith(pattern.slice(0, -1)) &&
    channel.indexOf("/", prefix) === -1
  );
}

/**
 * True when some channel could be covered by both. A guard on `/chat/secret` must hear of `/chat/*`, so
 * this is what decides which listeners hear of a subscription.
 */
export function overlaps(one: string, other: string): boolean {
  if (!isWildcard(one)) return one === other || matches(other, one);
  if (!isWildcard(other)) return matches(one, other);
  const [shallow, deep] = one.endsWith("/**") ? [other, one] : [one, other];
  const prefix = deep.slice(0, deep.lastIndexOf("/") + 1);
  const parent = shallow.slice(0, shallow.lastIndexOf("/") + 1);
  if (!deep.endsWith("/**")) return prefix === parent;
  return parent.startsWith(prefix) || (shallow.endsWith("/**") && prefix.startsWith(parent));
}

/** True of `/META/connect`: a name that only looks reserved. */
function isLookalike(name: string): boolean {
  return RESERVED.test(name) && kindOf(name) === "broadcast";
}

function isWithin(name: string, limits: ChannelLimits | undefined): boolean {
  if (limits === undefined) return true;
  if (name.length > limits.channelLength) return false;
  let depth = 0;
  for (let at = name.indexOf("/"); at !== -1; at = name.indexOf("/", at + 1)) depth++;
  return depth <= limits.channelDepth;
}

/**
 * The closest of the patterns that cover a channel, or that are equal to the pattern that is in its place. For labels:
 * there are as many patterns as an application names, and as many channels as anybody makes up.
 */
export function closestPattern(patterns: readonly string[], channel: string): string | undefined {
  return patterns
    .filter((pattern) => pattern === channel || matches(pattern, channel))
    .sort(comparePatterns)
    .at(-1);
}

/** Below 0 where the first pattern is farther from a channel that both cover: `/**` before `/a/**`, `/a/*` and `/a/b`. */
export function comparePatterns(one: string, other: string): number {
  return closeness(one) - closeness(other);
}

function closeness(pattern: string): number {
  const depth = pattern.split("/").length * 3;
  if (pattern.endsWith("/**")) return depth;
  return pattern.endsWith("/*") ? depth + 1 : depth + 2;
}
