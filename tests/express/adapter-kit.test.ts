import { createServer } from "node:http";
import { cometMiddleware } from "@encke/adapter-express";
import { openHttpPeer, testAdapter } from "@encke/adapter-testkit";
import { MemoryStore } from "@encke/store-memory";
import compression from "compression";
import express, { type RequestHandler } from "express";
import { describe, it } from "vitest";
import { listen, stop } from "../adapter-kit/servers.ts";

const BEFORE: Readonly<Record<string, readonly RequestHandler[]>> = {
  "nothing before it": [],
  "compression before it": [compression()],
};

for (const [name, middleware] of Object.entries(BEFORE)) {
  testAdapter(
    { describe, it },
    {
      name: `Express with ${name}`,
      connectionType: "long-polling",
      cannot: {
        streaming: "one answer to a request is all there is",
        connections: "idle connections are the server's own to close",
      },
      patience: 9_000,
      createStore: () => new MemoryStore(),
      async start(comet) {
        const app = express();
        for (const handler of middleware) app.use(handler);
        const comets = cometMiddleware(comet);
        app.use("/comet", comets);
        const server = createServer(app);
        const origin = await listen(server);
        return {
          origin,
          open: (listener, options) => openHttpPeer({ url: `${origin}/comet` }, listener, options),
          stop() {
            comets.detach();
            return stop(server);
          },
        };
      },
    },
  );
}
