import { type Awaitable, attempt } from "../ports/awaitable.ts";
import type { Log } from "../ports/ports.ts";
import type { IStore } from "../store/store.ts";
import type { LocalClient } from "./client.ts";
import { writeProfile } from "./profile-text.ts";

export interface PuttingBackParts {
  readonly store: IStore;
  readonly node: string;
  readonly ttl: number;
  readonly log: Log;
}

/** Tells a store that has forgotten its clients which of them are here. */
export function putAllBack(
  clients: Iterable<LocalClient>,
  { store, node, ttl, log }: PuttingBackParts,
): void {
  const putBack = store.clients.putBack?.bind(store.clients);
  if (putBack === undefined) return;
  for (const client of clients) {
    const { id, generation, cursor, patterns, profile } = client;
    const subscriptions = new Map([...patterns].map(([name, { since }]) => [name, since]));
    const data = writeProfile(profile);
    const record = { id, owner: node, generation, cursor: [...cursor], subscriptions, data };
    void attempt(
      (): Awaitable<unknown> => putBack(record, ttl),
      (cause) => log("warn", "A client could not be put back into the store.", { cause }),
    );
  }
}
