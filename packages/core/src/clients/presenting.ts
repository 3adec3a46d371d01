import { type Awaitable, chain } from "../ports/awaitable.ts";
import type { IStore } from "../store/store.ts";
import type { ClientProfile, LocalClient } from "./client.ts";
import type { HeldRequests } from "./held-requests.ts";
import type { LocalClients } from "./local-clients.ts";
import { writeProfile } from "./profile-text.ts";
import type { Streams } from "./streams.ts";

export interface PresentingParts {
  readonly store: IStore;
  readonly local: LocalClients;
  readonly held: HeldRequests;
  readonly streams: Streams;
  readonly node: string;
}

/**
 * Makes a client of this node what a handshake says, here and in the store, so that it is that on every node. Whoever
 * was it before is told that it is not theirs alone. False, and nothing done: this node serves it no more.
 */
export function present(
  client: LocalClient,
  profile: ClientProfile,
  { store, node, local, streams, held }: PresentingParts,
): Awaitable<boolean> {
  const { id, generation } = client;
  const rewritten = store.clients.rewrite(id, { node, generation }, writeProfile(profile));
  return chain(rewritten, (isOurs) => {
    if (!isOurs || !client.isAlive) return false;
    local.census.remove(client.profile);
    client.profile = profile;
    client.provenBy = undefined;
    local.census.add(profile);
    client.isBound ||= profile.isBound === true;
    client.mailbox.isKeeping = profile.acknowledges === true;
    client.awaited = undefined;
    client.hasConnected = false;
    streams.displace(client);
    held.keepAlive(client);
    return true;
  });
}
