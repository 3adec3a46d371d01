import {
  ChannelParam,
  CometService,
  Listener,
  Payload,
  RemoteCall,
  replace,
} from "@encke/adapter-nest";
import { Comet } from "@encke/core";
import { channelsOf, isBad, People } from "@encke/example-chat";
import { ForbiddenException, Inject } from "@nestjs/common";
import { Said, valid, Whispered } from "./said.ts";
import { Speaker } from "./speaker.ts";

/** What people say, to all in a room or to one of them. Made for each message, because the speaker is. */
@CometService()
export class Talk {
  readonly #comet: Comet;
  readonly #people: People;
  readonly #speaker: Speaker;

  constructor(
    @Inject(Comet) comet: Comet,
    @Inject(People) people: People,
    @Inject(Speaker) speaker: Speaker,
  ) {
    this.#comet = comet;
    this.#people = people;
    this.#speaker = speaker;
  }

  @Listener("/chat/{room}")
  async say(
    @Payload(valid(Said)) { text }: Said,
    @ChannelParam("room") room: string,
  ): Promise<unknown> {
    const { name: author, time } = this.#speaker;
    if (!isBad(text)) return replace({ author, text, time });
    await this.#warnAndTell(room);
    throw new ForbiddenException("Mind your language.");
  }

  @RemoteCall("whisper")
  async whisper(@Payload(valid(Whispered)) { to, text }: Whispered): Promise<unknown> {
    const receivers = await this.#people.windowsOf(to);
    if (receivers.length === 0) {
      return { isDelivered: false, reason: `Nobody called ${to} is here.` };
    }
    const { name: from, time } = this.#speaker;
    const said = { from, text, time };
    await Promise.all(receivers.map((id) => this.#comet.deliver(id, "/service/whisper", said)));
    return { isDelivered: true, to, text, time };
  }

  async #warnAndTell(room: string): Promise<void> {
    const { name, time, clientId } = this.#speaker;
    if (clientId === undefined) return;
    const text = "That was not sent. Please say it in other words.";
    await this.#comet.deliver(clientId, "/service/warning", { text, time });
    await this.#comet.publish(channelsOf(room).notices, { kind: "held back", name, time });
  }
}
