import { createServer } from "node:http";
import { cometMiddleware } from "@encke/adapter-express";
import { openHttpPeer, testAdapter } from "@encke/adapter-testkit";
import compression from "compression";
import express, { type RequestHandler } from "express";
import { describe, it } from "vitest";
import { listen, stop } from "../adapter-kit/servers.ts";
import { LONG_POLLING } from "../http/support/subjects.ts";

const BEFORE: Readonly<Record<string, readonly RequestHandler[]>> = {
  "nothing before it": [],
  "compression before it": [compression()],
};

for (const [name, middleware] of Object.entries(BEFORE)) {
  testAdapter(
    { describe, it },
    {
      name: `Express with ${name}`,
      ...LONG_POLLING,
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
