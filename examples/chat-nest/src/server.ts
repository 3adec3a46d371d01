import { runUntilSignal, storeOf } from "@encke/example-site";
import { createChatNest } from "./chat-nest.ts";

await runUntilSignal("chat", 8080, (options) =>
  createChatNest({ ...options, store: storeOf("chat") }),
);
