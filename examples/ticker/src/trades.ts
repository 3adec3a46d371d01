import type { Comet } from "@encke/core";
import express, { type Router } from "express";
import { quotesOf } from "./channels.ts";
import type { Market } from "./market.ts";

/** What a trade may cost at the most. */
const MAX_PRICE = 1_000_000;

/**
 * `POST /trades/<symbol>` with `{ "price": 99.5 }`: an ordinary controller that publishes what it was told. Asks for
 * JSON, which no form of another site can send.
 */
export function tradesRouter(comet: Comet, market: Market): Router {
  const router = express.Router();
  router.use(express.json({ limit: 1_000 }));
  router.post("/:symbol", async (request, response) => {
    const { symbol } = request.params;
    const price = priceIn(request.body);
    if (!market.has(symbol)) response.status(404).json({ error: "There is no such stock." });
    else if (price === undefined) response.status(400).json({ error: "A price is missing." });
    else {
      const quote = market.trade(symbol, price);
      await comet.publish(quotesOf(symbol), quote);
      response.status(201).json(quote);
    }
  });
  return router;
}

function priceIn(body: unknown): number | undefined {
  const { price } = (body ?? {}) as { readonly price?: unknown };
  const isPrice = typeof price === "number" && price >= 0.01 && price <= MAX_PRICE;
  return isPrice ? Math.round(price * 100) / 100 : undefined;
}
