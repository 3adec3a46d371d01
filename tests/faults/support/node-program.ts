// One node of the cluster, as a process of its own: it tells its port, and serves until it is killed.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { attachComet } from "@encke/adapter-node-http";
import { createComet } from "@encke/core";
import { ack } from "@encke/extensions";
import {
  fromNodeRedis,
  fromNodeRedisSentinel,
  RedisStore,
  type RedisStoreOptions,
} from "@encke/store-redis";
import { createClient, createCluster } from "@redis/client";
import { ShiftedClock } from "../../redis/support/shifted-clock.ts";
import type { Watched } from "../../support/watched-redis.ts";

/** What a node is told when it starts. */
export interface NodeSettings {
  /** Of Redis. */
  readonly url: string;
  /** Milliseconds that a connect is held. */
  readonly timeout: number;
  /** Whether the clock that scripts see can be shifted, which makes each of them dearer. */
  readonly hasOwnClock?: boolean;
  readonly store?: RedisStoreOptions;
  /** What it uses in the place of one Redis. */
  readonly system?: RedisSystem;
}

/** Behind sentinels, or a cluster: where the first of its servers are. */
export type RedisSystem =
  | Pick<Watched, "name" | "sentinels">
  | { readonly cluster: readonly string[] };

/** Bytes that a node takes. */
export interface NodeMemory {
  /** Of the system. */
  readonly resident: number;
  /** What is in use, after everything that is not has been given back. */
  readonly used: number;
}

/** What a node can be asked for. */
export type Wish = { readonly shift: number } | "memory";

const IS_TALKATIVE = process.env.FAULTS_LOG === "yes";
const ALL = 100_000;

const settings = JSON.parse(process.argv[2] ?? "") as NodeSettings;
const clock = new ShiftedClock(fromNodeRedis(createClient({ url: settings.url })));
const comet = createComet({
  store: new RedisStore({ ...settings.store, ...wayToRedis(settings) }),
  timeout: settings.timeout,
  allowRootWildcard: true,
  // All clients of the suite come from one program, and some share its cookies.
  maxClientsPerBrowser: ALL,
  limits: { clientsPerBrowser: ALL },
  log: (level, text, details) => {
    if (!IS_TALKATIVE) return;
    const time = new Date().toISOString();
    process.stderr.write(`${time} ${process.pid} ${level} ${text} ${show(details)}\n`);
  },
});
comet.use(ack());
await comet.opened;
const server = createServer();
attachComet(server, comet, { path: "/comet" });
server.listen(0, "127.0.0.1", () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on("message", (wish: Wish) => {
  if (wish === "memory") process.send?.(memory());
  else clock.advance(wish.shift);
});
process.on("disconnect", () => process.exit());

function wayToRedis({ url, system, hasOwnClock = false }: NodeSettings): RedisStoreOptions {
  if (hasOwnClock) return { port: clock.port };
  if (system === undefined) return { url };
  if ("cluster" in system) {
    const rootNodes = system.cluster.map((root) => ({ url: root }));
    return { port: fromNodeRedis(createCluster({ rootNodes })) };
  }
  const { name, sentinels } = system;
  return { port: fromNodeRedisSentinel({ name, sentinelRootNodes: sentinels }) };
}

function memory(): NodeMemory {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, used: heapUsed + external };
}

function show(details: unknown): string {
  return JSON.stringify(details, (_, value) =>
    value instanceof Error ? `${value.message} <- ${String(value.cause)}` : value,
  );
}
