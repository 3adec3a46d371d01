import { createServer } from "node:http";
import { createCometDServer } from "cometd-nodejs-server";
import { listen } from "./listen.ts";

export function start(): Promise<number> {
  return listen(createServer(createCometDServer().handle));
}
