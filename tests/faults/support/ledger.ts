/** What should have come, and what came. */
export interface Tally {
  readonly expected: number;
  readonly lost: number;
  /** Came more than once. */
  readonly doubled: number;
  /** Came after one that was published later. */
  readonly reordered: number;
}

/** How a client gets its messages: acknowledged, or else by answers to polls, or over a socket that stays open. */
export type Manner = "acknowledging" | "polling" | "socket";

/** What one client got on each channel, in the order in which it came. */
export class Ledger {
  /** The library and the way that it is connected, as a reader of the figures knows it. */
  readonly kind: string;
  readonly manner: Manner;
  /** What should not have happened, in words. */
  readonly troubles: string[] = [];
  readonly #channels = new Map<string, number[]>();
  #count = 0;
  #hasBegun = false;

  constructor(kind: string, manner: Manner) {
    this.kind = kind;
    this.manner = manner;
  }

  /** Messages so far, on all channels. */
  get count(): number {
    return this.#count;
  }

  take(channel: string, data: unknown): void {
    const numbers = this.#channels.get(channel) ?? [];
    numbers.push(data as number);
    this.#channels.set(channel, numbers);
    this.#count++;
  }

  /** The client is subscribed. */
  begin(): void {
    this.#hasBegun = true;
  }

  /** Whoever has to do it again was forgotten. */
  noteHandshake(): void {
    if (this.#hasBegun) this.troubles.push("had to shake hands again");
  }

  noteGap(gap: unknown): void {
    if (gap !== undefined) this.troubles.push(`was told of a gap: ${JSON.stringify(gap)}`);
  }

  /** Each of the channels should have brought the numbers from 1 to that of what was published there. */
  tally(published: ReadonlyMap<string, number>): Tally {
    const all = [...published].map(([channel, last]) => {
      return tallyOf(this.#channels.get(channel) ?? [], last);
    });
    return sumOf(all);
  }
}

export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = (name: keyof Tally): number =>
    tallies.reduce((total, tally) => total + tally[name], 0);
  return {
    expected: sum("expected"),
    lost: sum("lost"),
    doubled: sum("doubled"),
    reordered: sum("reordered"),
  };
}

function tallyOf(numbers: readonly number[], expected: number): Tally {
  const seen = new Set<number>();
  let highest = 0;
  let doubled = 0;
  let reordered = 0;
  for (const number of numbers) {
    if (seen.has(number)) doubled++;
    else if (number < highest) reordered++;
    seen.add(number);
    highest = Math.max(highest, number);
  }
  return { expected, lost: expected - seen.size, doubled, reordered };
}
