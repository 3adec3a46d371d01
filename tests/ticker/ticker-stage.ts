import { createTicker, type TickerOptions } from "@encke/example-ticker";
import { Stage } from "../browser/stage.ts";
import { TickerWindow } from "./ticker-window.ts";

/** The stage for the ticker. */
export class TickerStage extends Stage<TickerOptions, TickerWindow> {
  constructor() {
    super({ open: createTicker, watch: (page) => new TickerWindow(page) });
  }
}
