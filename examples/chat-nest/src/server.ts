import { runUntilSignal } from "@encke/example-site";
import { createChatNest } from "./chat-nest.ts";

await runUntilSignal("chat", 8080, createChatNest);
