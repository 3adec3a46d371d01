import { createServer } from "node:http";
import faye from "faye";
import { listen } from "./listen.ts";
import { BAYEUX_PATH } from "./server.ts";

export function start(): Promise<number> {
  const server = createServer();
  new faye.NodeAdapter({ mount: BAYEUX_PATH }).attach(server);
  return listen(server);
}
