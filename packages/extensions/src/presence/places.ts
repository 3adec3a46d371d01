import { isChannel, kindOf, matches } from "@encke/core";

const COMPANIONS = "/presence";

/** Which channels have presence, and where what happens on them is told. */
export class Places {
  readonly #patterns: readonly string[];

  constructor(patterns: readonly string[]) {
    this.#patterns = patterns;
  }

  /** True for a channel on which clients can be present. To a pattern nobody is present, whoever may be subscribed to it. */
  covers(channel: string): boolean {
    if (!isChannel(channel) || kindOf(channel) !== "broadcast") return false;
    if (channel.startsWith(`${COMPANIONS}/`)) return false;
    return this.#patterns.some((pattern) => matches(pattern, channel));
  }

  /** The channel that a companion tells of; undefined for what is no companion. */
  toldOn(companion: string): string | undefined {
    const channel = companion.slice(COMPANIONS.length);
    return companion.startsWith(COMPANIONS) && this.covers(channel) ? channel : undefined;
  }
}

/** Covers all companions. */
export const ALL_COMPANIONS: string = `${COMPANIONS}/**`;

/** Where what happens on the channel is told. */
export function companionOf(channel: string): string {
  return `${COMPANIONS}${channel}`;
}
