import { type ChannelKind, isChannel, isChannelPattern, kindOf } from "../protocol/channels.ts";
import { CometError } from "../protocol/errors.ts";

/** Throws a {@link CometError} `channel_name_invalid` for what is no channel of one of these kinds. */
export function checkChannel(channel: string, ...kinds: readonly ChannelKind[]): void {
  if (isChannel(channel) && kinds.includes(kindOf(channel))) return;
  const text = `"${channel}" is no ${kinds.join(" or ")} channel.`;
  throw new CometError("channel_name_invalid", text);
}

/** Throws a {@link CometError} `channel_pattern_invalid` for what is no channel or pattern, or not of this kind. */
export function checkPattern(pattern: string, kind?: ChannelKind): void {
  if (isChannelPattern(pattern) && (kind === undefined || kindOf(pattern) === kind)) return;
  throw new CometError("channel_pattern_invalid", `"${pattern}" is no pattern that fits here.`);
}
