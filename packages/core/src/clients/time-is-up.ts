import { type Awaitable, chain } from "../ports/awaitable.ts";
import type { LocalClient } from "./client.ts";
import type { HeldRequests } from "./held-requests.ts";

/** What can be asked about the clients of this node, and done with them. */
export interface ClientKeeper {
  isStillServed(client: LocalClient): Awaitable<boolean>;
  leave(client: LocalClient): void;
  end(client: LocalClient, reason: "timeout"): Awaitable<boolean>;
}

/**
 * A held connect has been held long enough, or nobody has heard of the client for too long. One who has gone on at another node,
 * unnoticed by a node that stood still or cannot read the log, must not be ended there, nor told how far it had got here.
 * Answers with true when something was done about the client.
 */
export function timeIsUp(
  client: LocalClient,
  heldRequests: Pick<HeldRequests, "release">,
  clients: ClientKeeper,
): Awaitable<boolean> {
  const { held } = client;
  if (held !== undefined && !client.isDoubtful) {
    heldRequests.release(client);
    return true;
  }
  return chain(clients.isStillServed(client), (isOurs) => {
    // It may have come back while the store was asked.
    if (!client.isAlive || client.held !== held || client.timer.isSet) return false;
    if (!isOurs) clients.leave(client);
    else if (held === undefined) return clients.end(client, "timeout");
    else heldRequests.release(client);
    return true;
  });
}
