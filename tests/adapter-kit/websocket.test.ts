import { createServer } from "node:http";
import { createSecureServer } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import type { Server } from "node:net";
import { attachWebSockets } from "@encke/adapter-node-http";
import { openWebSocketPeer, testAdapter } from "@encke/adapter-testkit";
import { MemoryStore } from "@encke/store-memory";
import { describe, it } from "vitest";
import { CERTIFICATE } from "../http/support/certificate.ts";
import { listen, stop } from "./servers.ts";

const tls = { rejectUnauthorized: false };

const SERVERS: Readonly<Record<string, () => Server>> = {
  "node:http": createServer,
  "node:https": () => createHttpsServer(CERTIFICATE),
  "node:http2 with HTTP/1 allowed": () => createSecureServer({ ...CERTIFICATE, allowHTTP1: true }),
};

for (const [name, create] of Object.entries(SERVERS)) {
  testAdapter(
    { describe, it },
    {
      name: `WebSocket on ${name}`,
      connectionType: "websocket",
      cannot: { "taking back": "a socket does not tell what has arrived" },
      createStore: () => new MemoryStore(),
      async start(comet) {
        const server = create();
        const detach = attachWebSockets(server, comet);
        const origin = await listen(server);
        return {
          origin,
          open: (listener, options) =>
            openWebSocketPeer({ url: `${origin}/comet`, tls }, listener, options),
          stop: () => {
            detach();
            return stop(server);
          },
        };
      },
    },
  );
}
