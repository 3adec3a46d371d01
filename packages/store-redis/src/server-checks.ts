import { CometError, type StoreHost } from "@encke/core";
import type { RedisConnection } from "./port/redis-port.ts";
import { serverInfo } from "./server-info.ts";

/**
 * Rejects with the code `store_failed` when Redis is set to evict whatever key it likes, and warns when it writes nothing
 * to its disk at once.
 */
export async function checkServers(
  connections: readonly Pick<RedisConnection, "call">[],
  host: Pick<StoreHost, "log">,
): Promise<void> {
  const areSafe = await Promise.all(connections.map(isSafe));
  if (areSafe.every((isSafeOne) => isSafeOne)) return;
  const text =
    "store-redis: Redis has no append-only file, and forgets clients when it is started again";
  host.log("warn", text);
}

/** Whether what it is told outlives it. */
async function isSafe(connection: Pick<RedisConnection, "call">): Promise<boolean> {
  const policy = (await serverInfo(connection, "memory")).get("maxmemory_policy") ?? "";
  if (policy.startsWith("allkeys-")) {
    const why = `maxmemory-policy ${policy} would evict the log; set noeviction`;
    throw new CometError("store_failed", `store-redis: ${why}`);
  }
  return (await serverInfo(connection, "persistence")).get("aof_enabled") !== "0";
}
