import type { DeliveryHints, LogEntry, Position, Publication, Retention } from "@encke/core";

/** What a publication has beside its channel and its JSON. */
interface Extras {
  readonly to?: string;
  readonly except?: string;
  readonly producer?: NonNullable<Publication["producer"]>;
  readonly keep?: Retention;
  readonly hints?: DeliveryHints;
}

/** The lengths of the channel and of the extras, then these, then the JSON: nothing in them can be taken for a separator. */
export function encode(publication: Publication): string {
  const { channel, json, isAscii: _, ...extras } = publication;
  const more = Object.keys(extras).length === 0 ? "" : JSON.stringify(extras satisfies Extras);
  return `${channel.length},${more.length}:${channel}${more}${json}`;
}

/** The reverse of {@link encode}. Throws on what was not written by it. */
export function decode(text: string, position: Position): LogEntry {
  const comma = text.indexOf(",");
  const start = text.indexOf(":", comma) + 1;
  const channelEnd = start + Number(text.slice(0, comma));
  const end = channelEnd + Number(text.slice(comma + 1, start - 1));
  if (comma < 1 || start === 0 || !(end <= text.length)) throw new Error("not an entry of the log");
  const entry = { position, channel: text.slice(start, channelEnd), json: text.slice(end) };
  if (end === channelEnd) return entry;
  return Object.assign(entry, JSON.parse(text.slice(channelEnd, end)) as Extras);
}
