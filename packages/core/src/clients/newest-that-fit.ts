import { byteLengthOf } from "../protocol/byte-length.ts";
import type { LogEntry } from "../store/message-log.ts";
import type { Mailbox, MailboxLimits } from "./mailbox.ts";

/** The last of the entries, as many as the mailbox has room for now. */
export function newestThatFit(
  entries: readonly LogEntry[],
  mailbox: Pick<Mailbox, "size" | "bytes">,
  limits: MailboxLimits,
): readonly LogEntry[] {
  let bytes = limits.mailboxBytes - mailbox.bytes;
  const least = Math.max(0, entries.length - (limits.mailboxMessages - mailbox.size));
  let from = entries.length;
  while (from > least) {
    bytes -= byteLengthOf(entries[from - 1] as LogEntry);
    if (bytes < 0) break;
    from--;
  }
  return entries.slice(from);
}
