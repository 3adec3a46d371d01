import { createServer } from "node:http";
import cometd from "cometd-nodejs-server";
import { listen } from "./listen.ts";

export function start(): Promise<number> {
  return listen(createServer(cometd.createCometDServer().handle));
}
