import { type Awaitable, attempt } from "../ports/awaitable.ts";
import type { Log } from "../ports/ports.ts";
import type { IStore } from "../store/store.ts";
import type { LocalClient } from "./client.ts";

export interface StillServedParts {
  readonly store: IStore;
  readonly node: string;
  readonly log: Log;
}

/**
 * Whether no other node has claimed the client since this one did. A store that does not answer is believed to have nothing
 * to say: the client stays where it is, and waits as all others do.
 */
export function isStillServed(
  { id, generation, cursor, isHeld }: LocalClient,
  { store, node, log }: StillServedParts,
): Awaitable<boolean> {
  if (store.capabilities.nodes === "one") return true;
  return attempt(
    () => store.clients.commit(id, { node, generation }, [...cursor], isHeld),
    (cause) => {
      log("warn", "The store could not be asked who serves a client.", { cause });
      return true;
    },
  );
}
