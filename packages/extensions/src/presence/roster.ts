import type { Comet, IClient, IPresence } from "@encke/core";
import { companionOf } from "./places.ts";
import type { PresenceSettings } from "./presence-options.ts";

/** Somebody who is on a channel. */
export interface PresenceMember {
  /** The public id of the client. */
  readonly id: string;
  /** What the application shows of it. */
  readonly info?: unknown;
}

/** What is told on the companion channel. */
export interface PresenceChange {
  readonly type: "join" | "leave";
  readonly member: PresenceMember;
}

export interface PresenceMembers {
  readonly channel: string;
  /** In an order that stays the same from page to page. */
  readonly members: readonly PresenceMember[];
  /** How many there are, on all pages. */
  readonly count: number;
  /** Ask with it as `after` for the next page. Missing on the last. */
  readonly next?: string;
}

/** Which page of the list is asked for. */
export interface PresenceQuery {
  /** @default pageSize, which is also the most */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

/** Writes down who comes and goes, tells it, and reads it out. */
export class Roster {
  readonly #comet: Comet;
  readonly #settings: PresenceSettings;
  readonly #book: IPresence;
  /** What is being written, by channel and client: whether the client is to be there when it is done. */
  readonly #changes = new Map<string, { isWanted: boolean }>();

  constructor(comet: Comet, settings: PresenceSettings, book: IPresence) {
    this.#comet = comet;
    this.#settings = settings;
    this.#book = book;
  }

  /** The client is there, or still is. Settles when it is written, unless something else is being written for it. */
  join(client: IClient, channel: string): Promise<void> {
    return this.#change(client, channel, true);
  }

  leave(client: IClient, channel: string): Promise<void> {
    return this.#change(client, channel, false);
  }

  async list(channel: string, { limit, after }: PresenceQuery = {}): Promise<PresenceMembers> {
    const { pageSize } = this.#settings;
    const size = Math.min(Math.max(limit ?? pageSize, 1), pageSize);
    const { members, next } = await this.#book.list(channel, size, after);
    return {
      channel,
      members: members.map(({ clientId, info }) => memberOf(clientId, info)),
      count: await this.#book.count(channel),
      ...(next !== undefined && { next }),
    };
  }

  /** One thing after the other for each client and channel, so that who came and went is not listed for ever. */
  async #change(client: IClient, channel: string, isWanted: boolean): Promise<void> {
    const key = keyOf(client, channel);
    const running = this.#changes.get(key);
    if (running !== undefined) {
      running.isWanted = isWanted;
      return;
    }
    const change = { isWanted };
    this.#changes.set(key, change);
    let isDone: boolean;
    do {
      isDone = change.isWanted;
      await this.#write(client, channel, isDone);
    } while (isDone !== change.isWanted);
    this.#changes.delete(key);
  }

  async #write(client: IClient, channel: string, isThere: boolean): Promise<void> {
    try {
      if (isThere) await this.#enter(client, channel);
      else await this.#remove(client, channel);
    } catch (cause) {
      this.#comet.log("warn", `A change of presence on ${channel} could not be told.`, { cause });
    }
  }

  async #enter(client: IClient, channel: string): Promise<void> {
    const { publicId } = client;
    const info = this.#infoOf(client);
    const isNew = await this.#book.enter(channel, publicId, info, this.#settings.ttl);
    if (isNew) await this.#announce(channel, { type: "join", member: memberOf(publicId, info) });
  }

  /** Told whether it was still written down or not: those who saw it come must see it go. */
  async #remove({ publicId }: IClient, channel: string): Promise<void> {
    await this.#book.leave(channel, publicId);
    await this.#announce(channel, { type: "leave", member: { id: publicId } });
  }

  async #announce(channel: string, change: PresenceChange): Promise<void> {
    if (this.#settings.announce) await this.#comet.publish(companionOf(channel), change);
  }

  /** As JSON; empty when there is none. */
  #infoOf(client: IClient): string {
    try {
      return JSON.stringify(this.#settings.info(client)) ?? "";
    } catch (cause) {
      this.#comet.log("error", "What is to be shown of a client could not be told.", { cause });
      return "";
    }
  }
}

function memberOf(id: string, info: string): PresenceMember {
  return info === "" ? { id } : { id, info: JSON.parse(info) as unknown };
}

function keyOf({ publicId }: IClient, channel: string): string {
  return `${channel} ${publicId}`;
}
