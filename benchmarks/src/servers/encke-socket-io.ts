import { createServer } from "node:http";
import { createComet } from "@encke/core";
import { attachSocketIo } from "@encke/gateway-socket-io";
import { MemoryStore } from "@encke/store-memory";
import { listen } from "./listen.ts";

export function start(): Promise<number> {
  const comet = createComet({ store: new MemoryStore() });
  const server = createServer();
  attachSocketIo(server, comet);
  return listen(server);
}
