import { createServer } from "node:http";
import { Server } from "socket.io";
import { listen } from "./listen.ts";
import { serveRooms } from "./socket-io-rooms.ts";

export function start(): Promise<number> {
  const server = createServer();
  serveRooms(new Server(server));
  return listen(server);
}
