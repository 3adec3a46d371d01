import { createServer } from "node:http";
import { attachComet } from "@encke/adapter-node-http";
import { createComet } from "@encke/core";
import { RedisStore } from "@encke/store-redis";
import { listen } from "./listen.ts";
import { BAYEUX_PATH, type ServerSettings } from "./server.ts";

export async function start({ redisPort }: ServerSettings): Promise<number> {
  const store = new RedisStore({ url: `redis://127.0.0.1:${redisPort}` });
  // It would warn of a Redis that keeps nothing on disk, which is what is wanted here.
  const comet = createComet({ store, log: () => undefined });
  await comet.opened;
  const server = createServer();
  attachComet(server, comet, { path: BAYEUX_PATH });
  return listen(server);
}
