/** The rooms that are there before anybody opens one of their own. */
export const STANDING_ROOMS: readonly string[] = ["lobby", "garden", "workshop"];

const ROOM = /^[a-z0-9][a-z0-9-]{0,23}$/;

/** What a room is made of. People speak on `chat`; the server alone speaks on the other two. */
export interface RoomChannels {
  readonly chat: string;
  readonly members: string;
  readonly notices: string;
}

/** What is going on in all rooms; the server alone speaks there. */
export const ROOM_LIST_CHANNEL = "/rooms";

export function isRoom(name: unknown): name is string {
  return typeof name === "string" && ROOM.test(name);
}

export function channelsOf(room: string): RoomChannels {
  return { chat: `/chat/${room}`, members: `/members/${room}`, notices: `/notices/${room}` };
}

/** The room to which a channel belongs. Undefined for patterns too, so that nobody listens to all rooms at once. */
export function roomOf(channel: string): string | undefined {
  const [, , room] = channel.split("/");
  return isRoom(room) && Object.values(channelsOf(room)).includes(channel) ? room : undefined;
}
