import { byteLengthOf } from "../protocol/byte-length.ts";
import type { LogEntry } from "../store/message-log.ts";

const sizes = new WeakMap<LogEntry, number>();

/** Counted once for an entry, which thousands of full mailboxes may drop for one that comes. */
export function sizeOf(entry: LogEntry): number {
  const known = sizes.get(entry);
  if (known !== undefined) return known;
  const size = byteLengthOf(entry);
  sizes.set(entry, size);
  return size;
}

/** What two messages have in common of which only the newer one need be sent. */
export function keyOf({ channel, hints }: LogEntry): string {
  return `${channel} ${hints?.key}`;
}
