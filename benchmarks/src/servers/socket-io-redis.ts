import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { Redis } from "ioredis";
import { Server } from "socket.io";
import { listen } from "./listen.ts";
import type { ServerSettings } from "./server.ts";
import { serveRooms } from "./socket-io-rooms.ts";

export function start({ redisPort }: ServerSettings): Promise<number> {
  const publishing = new Redis(redisPort, "127.0.0.1");
  const server = createServer();
  serveRooms(new Server(server, { adapter: createAdapter(publishing, publishing.duplicate()) }));
  return listen(server);
}
