import { createTerminal, type TerminalOptions } from "@encke/example-terminal";
import { Stage } from "../browser/stage.ts";
import { TerminalWindow } from "./terminal-window.ts";

/** The stage for the terminal. */
export class TerminalStage extends Stage<TerminalOptions, TerminalWindow> {
  constructor() {
    super({ open: createTerminal, watch: (page) => new TerminalWindow(page) });
  }
}
