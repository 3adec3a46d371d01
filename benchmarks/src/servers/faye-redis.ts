import { createServer } from "node:http";
import faye from "faye";
import redisEngine from "faye-redis";
import { listen } from "./listen.ts";
import { BAYEUX_PATH, type ServerSettings } from "./server.ts";

export function start({ redisPort }: ServerSettings): Promise<number> {
  const server = createServer();
  const engine = { type: redisEngine, host: "127.0.0.1", port: redisPort };
  new faye.NodeAdapter({ mount: BAYEUX_PATH, engine }).attach(server);
  return listen(server);
}
