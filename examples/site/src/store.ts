import type { IPresence, IStore } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import { RedisStore } from "@encke/store-redis";

/** A store that also knows who is there. */
export type SiteStore = IStore & { readonly presence: IPresence };

/**
 * In the Redis that `REDIS_URL` names, so that any number of processes are one site, and in the memory of this process
 * when it names none. `name` keeps sites apart that share a Redis.
 */
export function storeOf(name: string, url: string | undefined = process.env.REDIS_URL): SiteStore {
  return url ? new RedisStore({ url, prefix: `encke-${name}` }) : new MemoryStore();
}
