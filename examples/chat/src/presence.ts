import type { Comet, SubscriptionEvent } from "@encke/core";
import { nameOf } from "./accounts.ts";
import type { Members } from "./members.ts";
import { now } from "./messages.ts";
import { channelsOf, isRoom, ROOM_LIST_CHANNEL, roomOf, STANDING_ROOMS } from "./rooms.ts";

/** One line of the list of rooms. */
export interface RoomEntry {
  readonly room: string;
  /** How many people are in it. */
  readonly people: number;
}

/**
 * Being subscribed to a room's chat is being in it. Who comes and goes is told to those who are there; who
 * enters later asks for the whole picture.
 */
export function keepPresence(comet: Comet, members: Members): void {
  // Also raised for each subscription of a client that has disconnected or did not come back in time.
  comet.on("unsubscribed", "/chat/*", (event) => changed(comet, members, event, "leave"));
  comet.on("subscribed", "/chat/*", (event) => changed(comet, members, event, "enter"));
  comet.handle("/service/members", ({ data }) => membersOf(members, data));
  comet.handle("/service/rooms", () => roomList(members));
}

async function changed(
  comet: Comet,
  members: Members,
  { client, channel }: SubscriptionEvent,
  kind: "enter" | "leave",
): Promise<void> {
  const room = roomOf(channel);
  if (room === undefined || !members[kind](room, nameOf(client))) return;
  const channels = channelsOf(room);
  await comet.publish(channels.notices, { kind, name: nameOf(client), time: now() });
  await comet.publish(channels.members, { room, names: members.in(room) });
  await comet.publish(ROOM_LIST_CHANNEL, roomList(members));
}

function membersOf(members: Members, data: unknown): { room: string; names: readonly string[] } {
  const { room } = (data ?? {}) as { readonly room?: unknown };
  return isRoom(room) ? { room, names: members.in(room) } : { room: "", names: [] };
}

/** Rooms that are always there, and those that somebody is in. */
export function roomList(members: Members): RoomEntry[] {
  const rooms = new Set([...STANDING_ROOMS, ...members.rooms.sort()]);
  return Array.from(rooms, (room) => ({ room, people: members.in(room).length }));
}
