import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { listen } from "./listen.ts";

/** What one would write without a framework: every text goes to everybody, as it came. */
export function start(): Promise<number> {
  const server = createServer();
  const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
  const subscribers = new Set<WebSocket>();
  webSockets.on("connection", (socket, request) => {
    if (request.url === "/subscribe") subscribers.add(socket);
    socket.on("close", () => subscribers.delete(socket));
    socket.on("message", (data) => broadcast(subscribers, data.toString()));
  });
  return listen(server);
}

function broadcast(subscribers: Iterable<WebSocket>, text: string): void {
  for (const socket of subscribers) {
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
  }
}
