import type { Position } from "../store/message-log.ts";
import type { LocalClient } from "./client.ts";

/**
 * The client has acknowledged what this node has not read yet, so that another node has sent it that. Nothing leaves before the
 * feed has got there, because what of it the client has is not known until then; or before its connect has been held long
 * enough: then it was a mistake.
 */
export function noteAhead(client: LocalClient, position: Position): void {
  // It says the same with each connect, for as long as it gets nothing.
  if (position === client.ahead) return;
  client.ahead = undefined;
  if (!client.acknowledges || !Number.isSafeInteger(position)) return;
  if (position <= client.position) return;
  // Also what may have been sent already, by another node: this one has read that.
  if (client.mailbox.all.some((entry) => entry.position > position)) return;
  client.ahead = position;
  client.position = position;
}

/** The feed has brought the client a message with this position. */
export function reach(client: LocalClient, position: Position): void {
  const { ahead } = client;
  if (ahead === undefined || position < ahead) return;
  client.ahead = undefined;
  // A later one: what the client has acknowledged is of no log that this node knows, and says nothing.
  if (position === ahead) client.acknowledge(position);
}
