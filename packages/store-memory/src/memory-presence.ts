import type { IPresence, PresencePage } from "@encke/core";
import { type Expiring, ExpiryQueue } from "./expiry-queue.ts";
import { pageAfter } from "./pages.ts";

interface Member extends Expiring {
  readonly channel: string;
  readonly clientId: string;
  info: string;
}

/** Who is on a channel, until they leave or their time has passed. Knows nothing of whether the client still exists. */
export class MemoryPresence implements IPresence {
  readonly #now: () => number;
  readonly #channels = new Map<string, Map<string, Member>>();
  readonly #expiries = new ExpiryQueue<Member>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Entering again writes the new `info` and begins `ttlMs` anew. */
  enter(channel: string, clientId: string, info: string, ttlMs: number): boolean {
    const members = this.#present(channel);
    const expiresAt = this.#now() + ttlMs;
    const known = members.get(clientId);
    if (known !== undefined) {
      known.info = info;
      this.#expiries.renew(known, expiresAt);
      return false;
    }
    const member: Member = { channel, clientId, info, expiresAt, filedAt: expiresAt, slot: 0 };
    this.#channels.set(channel, members.set(clientId, member));
    this.#expiries.add(member);
    return true;
  }

  leave(channel: string, clientId: string): boolean {
    const member = this.#present(channel).get(clientId);
    if (member === undefined) return false;
    this.#expiries.remove(member);
    this.#forget(member);
    return true;
  }

  /** In order of the clients' ids. */
  list(channel: string, limit: number, after?: string): PresencePage {
    const present = this.#present(channel);
    const { items, next } = pageAfter(present.keys(), limit, after);
    const members = items.map((clientId) => ({
      clientId,
      info: present.get(clientId)?.info ?? "",
    }));
    return next === undefined ? { members } : { members, next };
  }

  count(channel: string): number {
    return this.#present(channel).size;
  }

  #present(channel: string): Map<string, Member> {
    const now = this.#now();
    for (let gone = this.#expiries.takeExpired(now); gone; gone = this.#expiries.takeExpired(now)) {
      this.#forget(gone);
    }
    return this.#channels.get(channel) ?? new Map<string, Member>();
  }

  #forget({ channel, clientId }: Member): void {
    const members = this.#channels.get(channel);
    members?.delete(clientId);
    if (members?.size === 0) this.#channels.delete(channel);
  }
}
