import type { ChannelRequest, Policies, Verdict } from "@encke/core";
import { logIn } from "./accounts.ts";
import { channelsOf, ROOM_LIST_CHANNEL, roomOf } from "./rooms.ts";

const SERVICES: ReadonlySet<string> = new Set([
  "/service/members",
  "/service/rooms",
  "/service/whisper",
]);

/** Who may do what. Nobody becomes a client without having logged in, so the others need not ask for that. */
export const policies: Policies = { handshake: logIn, subscribe: listen, publish: speak };

function listen({ channel }: ChannelRequest): Verdict {
  if (channel === ROOM_LIST_CHANNEL || roomOf(channel) !== undefined) return true;
  return { allow: false, reason: "There is no such room." };
}

/** In a room one must be in it; what is said of rooms and members is for the server alone to say. */
function speak({ client, channel }: ChannelRequest): Verdict {
  if (SERVICES.has(channel)) return true;
  const room = roomOf(channel);
  if (room === undefined || channel !== channelsOf(room).chat) {
    return { allow: false, reason: "Only the server speaks here." };
  }
  return client.isSubscribedTo(channel) || { allow: false, reason: "Enter the room first." };
}
