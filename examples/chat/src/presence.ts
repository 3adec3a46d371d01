import type { Comet, SubscriptionEvent } from "@encke/core";
import { nameOf } from "./accounts.ts";
import { now } from "./messages.ts";
import type { People } from "./people.ts";
import { channelsOf, isRoom, ROOM_LIST_CHANNEL, roomOf } from "./rooms.ts";

/** What happens to a room when a person comes with a first window, or goes with the last one. */
export type Change = "enter" | "leave";

/**
 * Being subscribed to a room's chat is being in it. Who comes and goes is told to those who are there; who
 * enters later asks for the whole picture.
 */
export function keepPresence(comet: Comet, people: People): void {
  // Also raised for each subscription of a client that has disconnected or did not come back in time.
  comet.on("unsubscribed", "/chat/*", (event) => tellOf(comet, people, "leave", event));
  comet.on("subscribed", "/chat/*", (event) => tellOf(comet, people, "enter", event));
  comet.handle("/service/members", ({ data }) => membersOf(people, data));
  comet.handle("/service/rooms", () => people.rooms());
}

/** Tells those in the room, unless the person is there with another window. */
export async function tellOf(
  comet: Comet,
  people: People,
  kind: Change,
  { client, channel }: SubscriptionEvent,
): Promise<void> {
  const room = roomOf(channel);
  // A node that closes has nobody left to tell; its clients go on at another one.
  if (room === undefined || comet.isClosing) return;
  const name = nameOf(client);
  const others = await people.in(room, client);
  if (others.includes(name)) return;
  if (kind === "enter") await people.remember(room);
  const names = kind === "enter" ? [...others, name].sort() : others;
  const channels = channelsOf(room);
  await comet.publish(channels.notices, { kind, name, time: now() });
  await comet.publish(channels.members, { room, names });
  await comet.publish(ROOM_LIST_CHANNEL, await people.rooms());
}

async function membersOf(
  people: People,
  data: unknown,
): Promise<{ room: string; names: readonly string[] }> {
  const { room } = (data ?? {}) as { readonly room?: unknown };
  return isRoom(room) ? { room, names: await people.in(room) } : { room: "", names: [] };
}
