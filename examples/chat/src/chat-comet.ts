import { type Comet, type CometOptions, createComet } from "@encke/core";
import type { SiteStore } from "@encke/example-site";
import { ack } from "@encke/extensions";
import { MemoryStore } from "@encke/store-memory";
import { refuseBadLanguage } from "./bad-language.ts";
import { stampMessages } from "./messages.ts";
import { People } from "./people.ts";
import { policies } from "./policies.ts";
import { keepPresence } from "./presence.ts";
import { answerWhispers } from "./whisper.ts";

/** Milliseconds a connect is held: how often a quiet page hears from the server. */
const HEARTBEAT = 15_000;

export interface ChatCometOptions extends Pick<CometOptions, "maxInterval" | "log"> {
  /** @default the memory of this process */
  readonly store?: SiteStore;
}

/** The chat without a network: everything that makes a Comet this chat. */
export function createChatComet(options: ChatCometOptions = {}): Comet {
  const comet = createComet({
    store: new MemoryStore(),
    timeout: HEARTBEAT,
    ...options,
    policies,
  });
  comet.use(ack());
  stampMessages(comet);
  refuseBadLanguage(comet);
  const people = People.of(comet);
  answerWhispers(comet, people);
  keepPresence(comet, people);
  return comet;
}
