import { EventTransport } from "./event-transport.js";
import { HttpTransport } from "./http-transport.js";
import { SocketTransport } from "./socket-transport.js";

/** By the connection type that a connect names. */
export const TRANSPORTS = new Map([
  ["websocket", { name: "WebSocket", Transport: SocketTransport }],
  ["long-polling", { name: "Long polling", Transport: HttpTransport }],
  ["streaming", { name: "Streaming (NDJSON)", Transport: HttpTransport }],
  ["eventsource", { name: "Server-sent events", Transport: EventTransport }],
  ["polling", { name: "Polling", Transport: HttpTransport }],
]);

export const CONNECTION_TYPES = [...TRANSPORTS.keys()];
