import type { Comet, PublishingEvent } from "@encke/core";
import { nameOf } from "./accounts.ts";

/** Characters that one may say at once. */
export const MAX_TEXT = 500;

/** What subscribers of a room get. */
interface ChatMessage {
  readonly author: string;
  readonly text: string;
  /** ISO 8601. */
  readonly time: string;
}

/** Lets only text into the rooms, and says itself who wrote it and when, whatever the sender claims. */
export function stampMessages(comet: Comet): void {
  comet.on("publishing", "/chat/*", (event) => {
    const text = textIn(event.message.data);
    if (text === undefined) event.cancel(`A message is 1 to ${MAX_TEXT} characters of text.`);
    else event.message.data = stamped(event, text);
  });
}

/** The text a client wants to say, without space around it. Undefined when there is none, or too much. */
export function textIn(data: unknown): string | undefined {
  const { text } = (data ?? {}) as { readonly text?: unknown };
  if (typeof text !== "string") return undefined;
  const trimmed = text.trim();
  return trimmed.length > 0 && trimmed.length <= MAX_TEXT ? trimmed : undefined;
}

export function now(): string {
  return new Date().toISOString();
}

function stamped({ client }: PublishingEvent, text: string): ChatMessage {
  return { author: client === undefined ? "the server" : nameOf(client), text, time: now() };
}
