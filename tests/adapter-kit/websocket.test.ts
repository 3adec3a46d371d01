import { createServer } from "node:http";
import { attachWebSockets } from "@encke/adapter-node-http";
import { openWebSocketPeer, testAdapter } from "@encke/adapter-testkit";
import { MemoryStore } from "@encke/store-memory";
import { describe, it } from "vitest";
import { listen, stop } from "./servers.ts";

testAdapter(
  { describe, it },
  {
    name: "WebSocket on node:http",
    connectionType: "websocket",
    cannot: { "taking back": "a socket does not tell what has arrived" },
    createStore: () => new MemoryStore(),
    async start(comet) {
      const server = createServer();
      const detach = attachWebSockets(server, comet);
      const origin = await listen(server);
      return {
        origin,
        open: (listener, options) =>
          openWebSocketPeer({ url: `${origin}/comet` }, listener, options),
        stop: () => {
          detach();
          return stop(server);
        },
      };
    },
  },
);
