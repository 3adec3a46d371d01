import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { PLAIN } from "../wires/plain-websocket.ts";
import { listen } from "./listen.ts";
import { Rooms } from "./rooms.ts";

/** What one would write without a framework: a text goes to everybody who asked for its channel, as it came. */
export function start(): Promise<number> {
  const server = createServer();
  const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
  const rooms = new Rooms<WebSocket>();
  webSockets.on("connection", (socket) => {
    socket.on("close", () => rooms.leave(socket));
    socket.on("message", (data) => handle(rooms, socket, data.toString()));
  });
  return listen(server);
}

function handle(rooms: Rooms<WebSocket>, socket: WebSocket, text: string): void {
  const [kind] = text;
  const end = text.indexOf("\n");
  const channel = end === -1 ? text.slice(1) : text.slice(1, end);
  if (kind === PLAIN.subscribe) rooms.join(channel, socket);
  else broadcast(rooms.in(channel), text.slice(end + 1));
  if (kind !== PLAIN.publish) socket.send("ok");
}

function broadcast(subscribers: Iterable<WebSocket>, text: string): void {
  for (const socket of subscribers) {
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
  }
}
