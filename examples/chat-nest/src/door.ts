import {
  CanHandshake,
  CanPublish,
  CanSubscribe,
  Channel,
  ChannelParam,
  CometMessage,
  CometService,
} from "@encke/adapter-nest";
import type { Message, Verdict } from "@encke/core";
import { isRoom, logIn, ROOM_LIST_CHANNEL, roomOf } from "@encke/example-chat";
import { ForbiddenException, NotFoundException, UseGuards } from "@nestjs/common";
import { InRoomGuard } from "./in-room-guard.ts";

const SERVICES: ReadonlySet<string> = new Set([
  "/service/members",
  "/service/rooms",
  "/service/whisper",
]);

/** Who may do what. */
@CometService()
export class Door {
  @CanHandshake()
  enter(@CometMessage() message: Message): Verdict {
    return logIn({ message });
  }

  @CanSubscribe("/**")
  listen(@Channel() channel: string): boolean {
    if (channel === ROOM_LIST_CHANNEL || roomOf(channel) !== undefined) return true;
    throw new NotFoundException("There is no such room.");
  }

  @CanPublish("/**")
  speak(@Channel() channel: string): boolean {
    if (SERVICES.has(channel) || channel.startsWith("/chat/")) return true;
    throw new ForbiddenException("Only the server speaks here.");
  }

  @UseGuards(InRoomGuard)
  @CanPublish("/chat/{room}")
  speakInRoom(@ChannelParam("room") room: string): boolean {
    return isRoom(room);
  }
}
