import { type Comet, type CometOptions, createComet } from "@encke/core";
import { ack } from "@encke/extensions";
import { MemoryStore } from "@encke/store-memory";
import { refuseBadLanguage } from "./bad-language.ts";
import { Members } from "./members.ts";
import { stampMessages } from "./messages.ts";
import { policies } from "./policies.ts";
import { keepPresence } from "./presence.ts";
import { answerWhispers } from "./whisper.ts";

/** Milliseconds a connect is held: how often a quiet page hears from the server. */
const HEARTBEAT = 15_000;

/** The chat without a network: everything that makes a Comet this chat. */
export function createChatComet(options: Omit<CometOptions, "store" | "policies"> = {}): Comet {
  const comet = createComet({
    store: new MemoryStore(),
    timeout: HEARTBEAT,
    ...options,
    policies,
  });
  comet.use(ack());
  stampMessages(comet);
  refuseBadLanguage(comet);
  answerWhispers(comet);
  keepPresence(comet, new Members());
  return comet;
}
