import { createServer } from "node:http";
import { cometMiddleware } from "@encke/adapter-express";
import { openSite, pageOf, type Site, type SiteOptions } from "@encke/example-site";
import { metrics } from "@encke/metrics";
import express from "express";
import { Registry } from "prom-client";
import { QUOTES, TEMPERATURE } from "./channels.ts";
import { Market, STOCKS } from "./market.ts";
import { createTickerComet, type TickerCometOptions } from "./ticker-comet.ts";
import { tradesRouter } from "./trades.ts";

/** Milliseconds after which a page that reads slowly comes again. */
const SLOW = 3_000;

export interface TickerOptions extends SiteOptions, TickerCometOptions {
  /** Decides how prices go. @default 1 */
  readonly seed?: number;
}

/** Starts the ticker. Rejects when the port is taken. */
export function createTicker({
  port,
  host,
  seed = 1,
  ...options
}: TickerOptions = {}): Promise<Site> {
  const market = new Market(seed);
  const comet = createTickerComet(market, options);
  const registry = new Registry();
  comet.use(metrics({ registry, channels: [QUOTES, TEMPERATURE] }));
  const app = express();
  app.disable("x-powered-by");
  app.use(pageOf(new URL("../public", import.meta.url)));
  app.get("/stocks", (_request, response) => {
    response.json(STOCKS);
  });
  app.get("/metrics", async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  app.use("/trades", tradesRouter(comet, market));
  app.use("/comet", cometMiddleware(comet, { pollingInterval: SLOW }));
  return openSite(createServer(app), comet, { port, host });
}
