import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Comet, createComet } from "@encke/core";
import { openSite, type Site, type SiteOptions, storeOf } from "@encke/example-site";
import { NodeProcess } from "./node-process.ts";
import { openRedis, type Redis } from "./redis.ts";
import { RoundRobin } from "./round-robin.ts";

const NAMES = ["a", "b", "c"];
/** Milliseconds between two looks at the nodes. */
const LOOK = 500;
/** A page of another site cannot send it, because a browser would ask first. */
const ASKED_BY = "x-asked-by";

export interface ClusterOptions extends SiteOptions {
  /** @default `REDIS_URL` of the environment, or one that is started */
  readonly redisUrl?: string | undefined;
  /** Milliseconds after which a node that has ended comes back. @default 3_000 */
  readonly pause?: number;
}

/** Starts Redis where none is given, the nodes, and what stands before them. */
export async function createCluster({
  redisUrl,
  pause = 3_000,
  host = "127.0.0.1",
  port,
}: ClusterOptions = {}): Promise<Site> {
  const redis = await openRedis(redisUrl);
  const nodes = NAMES.map((name) => new NodeProcess({ name, redisUrl: redis.url, pause }));
  try {
    await Promise.all(nodes.map((node) => node.start()));
    return await openFront(redis, nodes, { host, port });
  } catch (error) {
    await stop(redis, nodes);
    throw error;
  }
}

async function openFront(
  redis: Redis,
  nodes: readonly NodeProcess[],
  options: SiteOptions,
): Promise<Site> {
  // No node and no server: whoever has the store can publish.
  const comet = createComet({ store: storeOf("cluster", redis.url) });
  const front = createServer();
  const balancer = new RoundRobin(nodes);
  front.on("request", (request, response) => {
    const node = nodes.find(({ state }) => request.url === `/nodes/${state.name}/kill`);
    if (node === undefined) balancer.pass(request, response);
    else kill(node, request, response);
  });
  front.on("upgrade", (request, socket, head) => balancer.passUpgrade(request, socket, head));
  const site = await openSite(front, comet, options);
  const watch = setInterval(() => tellStates(comet, nodes), LOOK);
  let ended: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    clearInterval(watch);
    await Promise.all(nodes.map((node) => node.stop()));
    await site.close();
    await redis.close();
  };
  return {
    ...site,
    close: () => {
      ended ??= close();
      return ended;
    },
  };
}

function tellStates(comet: Comet, nodes: readonly NodeProcess[]): void {
  const states = nodes.map(({ state }) => state);
  comet.publish("/nodes", states).catch((cause: unknown) => {
    comet.log("warn", "The states of the nodes could not be told.", { cause });
  });
}

function kill(node: NodeProcess, request: IncomingMessage, response: ServerResponse): void {
  const isAllowed = request.method === "POST" && request.headers[ASKED_BY] !== undefined;
  if (isAllowed) node.kill();
  response.writeHead(isAllowed ? 204 : 403).end();
}

async function stop(redis: Redis, nodes: readonly NodeProcess[]): Promise<void> {
  await Promise.all(nodes.map((node) => node.stop()));
  await redis.close();
}
