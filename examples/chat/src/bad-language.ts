import type { Comet, PublishingEvent } from "@encke/core";
import { nameOf } from "./accounts.ts";
import { now, textIn } from "./messages.ts";
import { channelsOf, roomOf } from "./rooms.ts";

/** Mild ones: this is an example. */
const BAD_WORDS: ReadonlySet<string> = new Set(["blast", "darn", "drat", "heck"]);

/** Refuses bad language: the sender is warned privately, and the room is told that something was held back. */
export function refuseBadLanguage(comet: Comet): void {
  comet.on("publishing", "/chat/*", async (event) => {
    if (!isBad(textIn(event.message.data) ?? "")) return;
    event.cancel("Mind your language.");
    await warnAndTell(comet, event);
  });
}

export function isBad(text: string): boolean {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  return words.some((word) => BAD_WORDS.has(word));
}

async function warnAndTell(comet: Comet, { client, channel }: PublishingEvent): Promise<void> {
  const room = roomOf(channel);
  if (client === undefined || room === undefined) return;
  const text = "That was not sent. Please say it in other words.";
  await comet.deliver(client.id, "/service/warning", { text, time: now() });
  const notice = { kind: "held back", name: nameOf(client), time: now() };
  await comet.publish(channelsOf(room).notices, notice);
}
