import type { IPresence, PresencePage } from "@encke/core";

interface Entry {
  readonly info: string;
  readonly until: number;
}

type Members = Map<string, Entry>;

/** Who is on a channel, of the clients of this node, for stores that do not keep it. Takes the same `ttlMs` from everybody. */
export class NodePresence implements IPresence {
  readonly #now: () => number;
  /** The members of each channel, those who entered last at the end. */
  readonly #channels = new Map<string, Members>();
  #nextSweep = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Channels of which anything is kept. */
  get size(): number {
    return this.#channels.size;
  }

  enter(channel: string, clientId: string, info: string, ttlMs: number): boolean {
    const now = this.#now();
    if (now >= this.#nextSweep) this.#sweep(now + ttlMs);
    const members = this.#present(channel);
    const isNew = !members.delete(clientId);
    this.#channels.set(channel, members.set(clientId, { info, until: now + ttlMs }));
    return isNew;
  }

  leave(channel: string, clientId: string): boolean {
    const members = this.#present(channel);
    const wasThere = members.delete(clientId);
    if (members.size === 0) this.#channels.delete(channel);
    return wasThere;
  }

  /** In order of the ids. */
  list(channel: string, limit: number, after = ""): PresencePage {
    const rest = [...this.#present(channel)].filter(([id]) => id > after);
    const page = rest.sort(([one], [other]) => (one < other ? -1 : 1)).slice(0, limit);
    const members = page.map(([clientId, { info }]) => ({ clientId, info }));
    const next = members.at(-1)?.clientId;
    return rest.length > members.length && next !== undefined ? { members, next } : { members };
  }

  count(channel: string): number {
    return this.#present(channel).size;
  }

  /** Forgets also those whom nobody has asked for: clients that are on another node now. */
  #sweep(next: number): void {
    this.#nextSweep = next;
    for (const channel of [...this.#channels.keys()]) {
      if (this.#present(channel).size === 0) this.#channels.delete(channel);
    }
  }

  #present(channel: string): Members {
    const members: Members = this.#channels.get(channel) ?? new Map();
    const now = this.#now();
    for (const [id, { until }] of members) {
      if (until > now) break;
      members.delete(id);
    }
    return members;
  }
}
