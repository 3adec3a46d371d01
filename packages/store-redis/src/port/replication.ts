import { serverInfo } from "../server-info.ts";
import { type RedisConnection, RedisRefusal } from "./redis-port.ts";

/** Milliseconds that replicas are given. */
const PATIENCE = 1_000;

type Caller = Pick<RedisConnection, "call">;

/** True of a server with `min-replicas-to-write`: what it has and no replica is forgotten when one of them takes its place. */
export async function mustReplicate(connection: Caller): Promise<boolean> {
  return (await serverInfo(connection, "replication")).has("min_slaves_good_slaves");
}

/**
 * Settles when a replica has all that has been said on this connection. A master that was replaced and does not know it never
 * hears that, so that nobody is told what its successor does not know.
 */
export async function untilReplicated(connection: Caller, ms: number): Promise<void> {
  // What was answered to a read that had to wait counts only with the next command.
  const asked = connection.call(["PING"]);
  const waited = connection.call(["WAIT", "1", `${Math.min(PATIENCE, Math.floor(ms))}`]);
  const [, replicas] = await Promise.all([asked, waited]);
  if (replicas === 0) throw new RedisRefusal("NOREPLICAS no replica has it");
}
