import type { Comet, IClient, IPresence } from "@encke/core";
import { type PresenceExtension, presence } from "@encke/extensions";
import { nameOf } from "./accounts.ts";
import { channelsOf, ROOM_LIST_CHANNEL, STANDING_ROOMS } from "./rooms.ts";

/** One line of the list of rooms. */
export interface RoomEntry {
  readonly room: string;
  /** How many people are in it. */
  readonly people: number;
}

/** Where the store remembers which rooms were opened: the room stands where a client would. */
const OPENED_ROOMS = "/opened-rooms";
/** Milliseconds for which a room is remembered that nobody enters and nobody lists. */
const REMEMBERED = 3_600_000;
/** Windows of a room, or rooms, that are looked at. */
const MOST = 1_000;

/** Who is where, on all nodes that share the store. One person may be there several times: once for each window. */
export class People {
  readonly #who: PresenceExtension;
  readonly #book: IPresence;

  private constructor(who: PresenceExtension, book: IPresence) {
    this.#who = who;
    this.#book = book;
  }

  /** Begins to follow who comes and goes. Takes a Comet with a store that keeps presence. */
  static of(comet: Comet): People {
    const { presence: book } = comet.store;
    if (book === undefined) throw new TypeError("The chat needs a store that keeps presence.");
    const who = presence({
      channels: ["/chat/*", ROOM_LIST_CHANNEL],
      info: nameOf,
      announce: false,
      pageSize: MOST,
    });
    comet.use(who);
    return new People(who, book);
  }

  /** The names of those in the room, in order, not counting the window `except`. */
  async in(room: string, except?: IClient): Promise<string[]> {
    const { members } = await this.#who.list(channelsOf(room).chat);
    const others = members.filter(({ id }) => id !== except?.publicId);
    return [...new Set(others.map(({ info }) => String(info)))].sort();
  }

  /** The public ids of a person's windows: everybody who has logged in listens to the list of rooms. */
  async windowsOf(name: string): Promise<string[]> {
    const { members } = await this.#who.list(ROOM_LIST_CHANNEL);
    return members.filter(({ info }) => info === name).map(({ id }) => id);
  }

  /** Has the room in the list for as long as somebody is in it. */
  async remember(room: string): Promise<void> {
    if (!STANDING_ROOMS.includes(room)) await this.#book.enter(OPENED_ROOMS, room, "", REMEMBERED);
  }

  /** Rooms that are always there, and those that somebody is in. */
  async rooms(): Promise<RoomEntry[]> {
    const { members } = await this.#book.list(OPENED_ROOMS, MOST);
    const opened = await this.#count(members.map(({ clientId }) => clientId).sort());
    const own = opened.filter(({ people }) => people > 0);
    await Promise.all(own.map(({ room }) => this.remember(room)));
    return [...(await this.#count(STANDING_ROOMS)), ...own];
  }

  #count(rooms: readonly string[]): Promise<RoomEntry[]> {
    return Promise.all(rooms.map(async (room) => ({ room, people: (await this.in(room)).length })));
  }
}
