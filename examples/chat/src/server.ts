import { runUntilSignal, storeOf } from "@encke/example-site";
import { createChat } from "./chat.ts";

await runUntilSignal("chat", 8080, (options) => createChat({ ...options, store: storeOf("chat") }));
