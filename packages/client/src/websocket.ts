import type { TransportFactory } from "./transport.ts";
import { WebSocketTransport } from "./transports/websocket-transport.ts";

/** One WebSocket for everything, both ways. */
export const webSocket: TransportFactory = {
  type: "websocket",
  isSupported: (world) => world.WebSocket !== undefined,
  open: (host) => new WebSocketTransport(host),
};
