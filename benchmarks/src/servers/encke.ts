import { createServer } from "node:http";
import { type AttachOptions, attachComet } from "@encke/adapter-node-http";
import { createComet } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import { listen } from "./listen.ts";
import { BAYEUX_PATH } from "./server.ts";

export function start(): Promise<number> {
  return startEncke({});
}

export function startEncke(options: AttachOptions): Promise<number> {
  const comet = createComet({ store: new MemoryStore() });
  const server = createServer();
  attachComet(server, comet, { path: BAYEUX_PATH, ...options });
  return listen(server);
}
