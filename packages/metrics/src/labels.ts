import { CometError, closestPattern, isChannelPattern } from "@encke/core";

/** Channels of which the label is remembered. */
const LABELS_KEPT = 10_000;
const OTHER = "other";

/**
 * Labels for channels: the patterns that the application names, and `other`. Never a channel itself, since clients make
 * those up, and a label costs memory for ever.
 */
export class ChannelLabels {
  readonly #patterns: readonly string[];
  readonly #labels = new Map<string, string>();

  /** Throws a {@link CometError} `options_invalid` where they are no patterns. */
  constructor(patterns: readonly string[]) {
    // Without types, it may be anything.
    if (!Array.isArray(patterns) || !patterns.every(isPattern)) {
      throw new CometError("options_invalid", "channels must be a list of channels or patterns.");
    }
    this.#patterns = [...patterns];
  }

  of(channel: string): string {
    const known = this.#labels.get(channel);
    if (known !== undefined) return known;
    const label = closestPattern(this.#patterns, channel) ?? OTHER;
    if (this.#labels.size >= LABELS_KEPT) this.#labels.clear();
    this.#labels.set(channel, label);
    return label;
  }
}

function isPattern(value: unknown): boolean {
  return typeof value === "string" && isChannelPattern(value);
}

const REASONS: ReadonlySet<string> = new Set([
  ...["disconnect", "timeout", "overflow", "expired", "lost", "disconnected by the server"],
]);

/** Reasons are free text where the application gave one. */
export function reasonLabel(reason: string): string {
  return REASONS.has(reason) ? reason : OTHER;
}

const KINDS: ReadonlyMap<string, string> = new Map(
  ["handshake", "connect", "subscribe", "unsubscribe", "disconnect"].map((kind) => [
    `/meta/${kind}`,
    kind,
  ]),
);

/** What a message asks for. */
export function kindLabel(channel: string): string {
  if (channel.startsWith("/service/")) return "service";
  if (!channel.startsWith("/meta/")) return "publish";
  return KINDS.get(channel) ?? OTHER;
}
