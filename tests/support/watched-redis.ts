import { setTimeout as pause } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { RedisServer, type RedisSetting } from "./redis-server.ts";

const NAME = "primary";
const HOST = "127.0.0.1";
const FORMING_MS = 20_000;

/** A master with a replica, which a sentinel puts in its place when it is dead for half a second. */
export interface Watched {
  readonly master: RedisServer;
  /** What the sentinel calls it. */
  readonly name: string;
  /** Where sentinels are, as both libraries want to know it. */
  readonly sentinels: { readonly host: string; readonly port: number }[];
}

/** Until the test is over. Settles when the sentinel knows the replica, and that has all that the master has. */
export async function startWatched(...settings: readonly RedisSetting[]): Promise<Watched> {
  const master = await started(RedisServer.start(...settings));
  const following: RedisSetting = ["replicaof", `${HOST} ${master.port}`];
  const replica = await started(
    RedisServer.start(...settings, following, ["repl-diskless-sync-delay", "0"]),
  );
  const sentinel = await started(RedisServer.startSentinel());
  await sentinel.command("SENTINEL", "MONITOR", NAME, HOST, `${master.port}`, "1");
  for (const [option, value] of [
    ["down-after-milliseconds", "500"],
    ["failover-timeout", "5000"],
  ] as const) {
    await sentinel.command("SENTINEL", "SET", NAME, option, value);
  }
  await untilSaid(replica, ["INFO", "replication"], "master_link_status:up");
  await untilSaid(sentinel, ["SENTINEL", "REPLICAS", NAME], `${replica.port}`);
  return { master, name: NAME, sentinels: [{ host: HOST, port: sentinel.port }] };
}

async function started(starting: Promise<RedisServer>): Promise<RedisServer> {
  const server = await starting;
  onTestFinished(() => server.close());
  return server;
}

/** There is no other sign of it than what the server says. */
export async function untilSaid(
  server: RedisServer,
  words: readonly string[],
  what: string,
): Promise<void> {
  const end = Date.now() + FORMING_MS;
  while (!(await server.command(...words)).concat("\r\n").includes(what)) {
    if (Date.now() > end) throw new Error(`${words.join(" ")} never said ${what.trim()}`);
    await pause(20);
  }
}
