import type { LogEntry } from "../store/message-log.ts";
import type { LocalClient } from "./client.ts";

/** What was taken last and did not leave is to be taken again. */
export function putBack(client: LocalClient, entries: readonly LogEntry[]): void {
  if (client.acknowledges) {
    client.askAgain();
    return;
  }
  client.mailbox.putBack(entries);
  client.position = (entries[0] as LogEntry).position - 1;
}
