import {
  type Awaitable,
  type Cancel,
  type Comet,
  CometError,
  type ExtensionContext,
  type IClient,
  type ICometExtension,
  type ReceivedMessage,
} from "@encke/core";
import { refuseSecond } from "../refuse-second.ts";
import { Door, questionIn, SERVICE } from "./door.ts";
import { NodePresence } from "./node-presence.ts";
import { Places } from "./places.ts";
import {
  type PresenceOptions,
  type PresenceSettings,
  presenceSettings,
} from "./presence-options.ts";
import { Renewal } from "./renewal.ts";
import { type PresenceMembers, type PresenceQuery, Roster } from "./roster.ts";

/** Knows who is on which channel. */
export interface PresenceExtension extends ICometExtension {
  /** Who is on the channel now. Nobody is on a channel that has no presence. Rejects while no Comet uses the extension. */
  list(channel: string, query?: PresenceQuery): Promise<PresenceMembers>;
}

/**
 * Says who is on a channel: to clients that ask on `/service/presence`, to those who are subscribed to the companion channel
 * (`/presence/chat` of `/chat`) as somebody comes or goes, and to the server. A client is on the channels that it has
 * subscribed to by name. For all nodes together where the store keeps presence, and for each node by itself otherwise.
 */
export function presence(options: PresenceOptions): PresenceExtension {
  return new Presence(presenceSettings(options));
}

class Presence implements PresenceExtension {
  readonly name = "presence";
  readonly #settings: PresenceSettings;
  readonly #places: Places;
  #comet: Comet | undefined;
  #door: Door | undefined;
  #roster: Roster | undefined;

  constructor(settings: PresenceSettings) {
    this.#settings = settings;
    this.#places = new Places(settings.channels);
  }

  incoming(message: ReceivedMessage, context: ExtensionContext): Awaitable<void> {
    return message.channel === SERVICE ? this.#door?.check(message, context) : undefined;
  }

  attach(comet: Comet): Cancel {
    refuseSecond(this.name, this.#comet);
    const local = new NodePresence(() => comet.ports.now());
    const roster = new Roster(comet, this.#settings, comet.store.presence ?? local);
    const renewal = new Renewal(comet, (client) => this.#renew(roster, client));
    this.#comet = comet;
    this.#roster = roster;
    this.#door = new Door(comet, this.#places);
    const ends = [
      this.#door.open(),
      ...this.#follow(comet, roster),
      comet.handle(SERVICE, ({ data }) => this.#answer(data)),
      renewal.start(this.#settings.ttl / 3),
    ];
    return () => {
      for (const end of ends) end();
      this.#comet = undefined;
      this.#door = undefined;
      this.#roster = undefined;
    };
  }

  async list(channel: string, query?: PresenceQuery): Promise<PresenceMembers> {
    if (this.#roster === undefined) {
      throw new CometError("comet_closed", "presence: no Comet uses the extension.");
    }
    return this.#roster.list(channel, query);
  }

  #follow(comet: Comet, roster: Roster): readonly Cancel[] {
    return [
      comet.on("subscribed", ({ client, channel }) => {
        if (this.#places.covers(channel)) void roster.join(client, channel);
      }),
      comet.on("unsubscribed", ({ client, channel }) => {
        if (this.#places.covers(channel)) void roster.leave(client, channel);
      }),
    ];
  }

  #renew(roster: Roster, client: IClient): readonly Promise<void>[] {
    return client.subscriptions
      .filter((channel) => this.#places.covers(channel))
      .map((channel) => roster.join(client, channel));
  }

  #answer(data: unknown): Promise<PresenceMembers> {
    const question = questionIn(data);
    if (question === undefined) throw new TypeError("The question was changed into none.");
    return this.list(question.channel, question);
  }
}
