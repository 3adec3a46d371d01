import { type Comet, createComet, type HistoryOptions, type Log } from "@encke/core";
import { ack } from "@encke/extensions";
import { MemoryStore } from "@encke/store-memory";
import { QUOTES, quotesOf, TEMPERATURE } from "./channels.ts";
import { tellFigures } from "./figures.ts";
import { type Market, type Quote, STOCKS } from "./market.ts";
import { readTemperature } from "./temperature.ts";

export interface TickerCometOptions {
  /** Milliseconds between two quotes of a stock. @default 500 */
  readonly every?: number | undefined;
  readonly log?: Log;
}

/** Milliseconds that a new page is shown of what was before. */
const LAST_MINUTE = 60_000;
/** Milliseconds between two temperatures, and for which one may wait for company on its way. */
const UNHURRIED = 2_000;

/** The ticker without a network: who may do what, what waits and what is kept, and where it all comes from. */
export function createTickerComet(
  market: Market,
  { every = 500, ...options }: TickerCometOptions = {},
): Comet {
  const comet = createComet({
    store: new MemoryStore(),
    ...options,
    policies: {
      publish: ({ channel }) =>
        channel.startsWith("/service/") || { allow: false, reason: "Only the server speaks here." },
    },
  });
  comet.use(ack());
  comet.channel(QUOTES, {
    conflate: (data) => (data as Quote).symbol,
    history: lastMinute(every),
  });
  comet.channel(TEMPERATURE, {
    conflate: () => "celsius",
    lazy: UNHURRIED,
    history: lastMinute(UNHURRIED),
  });
  tellFigures(comet);
  for (const { symbol } of STOCKS) {
    comet.source(quotesOf(symbol), { every, value: () => market.next(symbol) });
  }
  comet.source(TEMPERATURE, { every: UNHURRIED, value: () => readTemperature() });
  return comet;
}

/** Whoever comes is told at once what the last minute was like. */
function lastMinute(every: number): HistoryOptions {
  const count = Math.ceil(LAST_MINUTE / every);
  return { count, replay: count, ms: LAST_MINUTE };
}
