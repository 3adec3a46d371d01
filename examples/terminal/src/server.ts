import { runUntilSignal } from "@encke/example-site";
import { createTerminal } from "./terminal.ts";

await runUntilSignal("terminal", 8081, createTerminal);
