import { SLOTS, slotOf } from "./slots.ts";

/**
 * Which partition has what. Channels with the same first segment share one, so that only patterns without one match in
 * several; a client's record is in the one that its id falls into.
 */
export class Partitioning {
  readonly count: number;
  /** The names that the keys of each begin with. */
  readonly names: readonly string[];
  readonly #all: readonly number[];

  /** Servers with another prefix or count have nothing in common with this one. */
  constructor(prefix: string, count: number) {
    this.count = count;
    this.#all = Array.from({ length: count }, (_, index) => index);
    this.names = count === 1 ? [`{${prefix}}`] : this.#all.map((at) => nameOf(prefix, count, at));
  }

  ofChannel(channel: string): number {
    return this.count === 1 ? 0 : slotOf(firstSegmentOf(channel)) % this.count;
  }

  /** Where a channel can be that matches. */
  ofPattern(pattern: string): readonly number[] {
    return /^\/\*{1,2}$/.test(pattern) ? this.#all : [this.ofChannel(pattern)];
  }

  ofClient(id: string): number {
    return this.count === 1 ? 0 : slotOf(id) % this.count;
  }
}

/** One whose slot lies in the index's share of all slots: those of a mere sequence of names lie where they like. */
function nameOf(prefix: string, count: number, index: number): string {
  for (let attempt = 0; ; attempt++) {
    const tag = `${prefix}:${count}:${index}:${attempt}`;
    if (Math.floor((slotOf(tag) * count) / SLOTS) === index) return `{${tag}}`;
  }
}

function firstSegmentOf(channel: string): string {
  const end = channel.indexOf("/", 1);
  return end === -1 ? channel.slice(1) : channel.slice(1, end);
}
