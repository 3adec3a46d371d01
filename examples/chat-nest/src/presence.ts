import {
  ChannelParam,
  CometService,
  CurrentSession,
  OnSubscribed,
  OnUnsubscribed,
  Payload,
  RemoteCall,
} from "@encke/adapter-nest";
import { Comet, type IClient } from "@encke/core";
import {
  channelsOf,
  isRoom,
  Members,
  nameOf,
  ROOM_LIST_CHANNEL,
  type RoomEntry,
  roomList,
} from "@encke/example-chat";
import { Inject } from "@nestjs/common";

/** Being subscribed to a room's chat is being in it. Who comes and goes is told to those who are there. */
@CometService()
export class Presence {
  readonly #comet: Comet;
  readonly #members: Members;

  constructor(@Inject(Comet) comet: Comet, @Inject(Members) members: Members) {
    this.#comet = comet;
    this.#members = members;
  }

  @OnSubscribed("/chat/{room}")
  async entered(
    @CurrentSession() session: IClient,
    @ChannelParam("room") room: string,
  ): Promise<void> {
    if (this.#members.enter(room, nameOf(session))) await this.#tell(room, "enter", session);
  }

  /** Also told of a session that did not come back in time. */
  @OnUnsubscribed("/chat/{room}")
  async left(
    @CurrentSession() session: IClient,
    @ChannelParam("room") room: string,
  ): Promise<void> {
    if (this.#members.leave(room, nameOf(session))) await this.#tell(room, "leave", session);
  }

  @RemoteCall("members")
  membersOf(@Payload("room") room: unknown): unknown {
    return isRoom(room) ? { room, names: this.#members.in(room) } : { room: "", names: [] };
  }

  @RemoteCall("rooms")
  rooms(): RoomEntry[] {
    return roomList(this.#members);
  }

  async #tell(room: string, kind: "enter" | "leave", session: IClient): Promise<void> {
    const { notices, members } = channelsOf(room);
    const time = new Date().toISOString();
    await this.#comet.publish(notices, { kind, name: nameOf(session), time });
    await this.#comet.publish(members, { room, names: this.#members.in(room) });
    await this.#comet.publish(ROOM_LIST_CHANNEL, this.rooms());
  }
}
