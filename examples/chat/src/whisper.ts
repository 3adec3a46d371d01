import type { Comet, ServiceRequest } from "@encke/core";
import { nameOf } from "./accounts.ts";
import { MAX_TEXT, now, textIn } from "./messages.ts";
import type { People } from "./people.ts";

const CHANNEL = "/service/whisper";

/** What the other one gets, in each of their windows. */
interface Whisper {
  readonly from: string;
  readonly text: string;
  /** ISO 8601. */
  readonly time: string;
}

/** What the one who whispers is answered. */
type WhisperAnswer =
  | {
      readonly isDelivered: true;
      readonly to: string;
      readonly text: string;
      readonly time: string;
    }
  | { readonly isDelivered: false; readonly reason: string };

/** Lets one person say something to another that nobody else hears. */
export function answerWhispers(comet: Comet, people: People): void {
  comet.handle(CHANNEL, (request) => whisper(comet, people, request));
}

async function whisper(
  comet: Comet,
  people: People,
  { client, data }: ServiceRequest,
): Promise<WhisperAnswer> {
  const text = textIn(data);
  if (text === undefined) return refused(`A whisper is 1 to ${MAX_TEXT} characters of text.`);
  const { to } = data as { readonly to?: unknown };
  if (typeof to !== "string") return refused("A whisper is for somebody.");
  const receivers = await people.windowsOf(to);
  if (receivers.length === 0) return refused(`Nobody called ${to} is here.`);
  const time = now();
  const said: Whisper = { from: nameOf(client), text, time };
  await Promise.all(receivers.map((id) => comet.deliver(id, CHANNEL, said)));
  return { isDelivered: true, to, text, time };
}

function refused(reason: string): WhisperAnswer {
  return { isDelivered: false, reason };
}
