import { runUntilSignal } from "@encke/example-site";
import { createTicker } from "./ticker.ts";

await runUntilSignal("ticker", 8082, createTicker);
