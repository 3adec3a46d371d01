import {
  Channel,
  CometService,
  CurrentSession,
  OnSubscribed,
  OnUnsubscribed,
  Payload,
  RemoteCall,
} from "@encke/adapter-nest";
import { Comet, type IClient } from "@encke/core";
import { type Change, isRoom, People, type RoomEntry, tellOf } from "@encke/example-chat";
import { Inject } from "@nestjs/common";

/** Being subscribed to a room's chat is being in it. Who comes and goes is told to those who are there. */
@CometService()
export class Presence {
  readonly #comet: Comet;
  readonly #people: People;

  constructor(@Inject(Comet) comet: Comet, @Inject(People) people: People) {
    this.#comet = comet;
    this.#people = people;
  }

  @OnSubscribed("/chat/{room}")
  entered(@CurrentSession() session: IClient, @Channel() channel: string): Promise<void> {
    return this.#tell("enter", session, channel);
  }

  /** Also told of a session that did not come back in time. */
  @OnUnsubscribed("/chat/{room}")
  left(@CurrentSession() session: IClient, @Channel() channel: string): Promise<void> {
    return this.#tell("leave", session, channel);
  }

  @RemoteCall("members")
  async membersOf(@Payload("room") room: unknown): Promise<unknown> {
    return isRoom(room) ? { room, names: await this.#people.in(room) } : { room: "", names: [] };
  }

  @RemoteCall("rooms")
  rooms(): Promise<RoomEntry[]> {
    return this.#people.rooms();
  }

  #tell(kind: Change, client: IClient, channel: string): Promise<void> {
    return tellOf(this.#comet, this.#people, kind, { client, channel });
  }
}
