import { runUntilSignal } from "@encke/example-site";
import { createChat } from "./chat.ts";

await runUntilSignal("chat", 8080, createChat);
