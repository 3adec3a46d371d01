import { Lane } from "../ports/lane.ts";
import type { Cursor, IMessageLog, LogEntry, Position } from "../store/message-log.ts";

/** What a client acknowledges, and how far it has got then in each partition. */
export type Milestone = readonly [number: number, ...cursor: Position[]];

/** How many are remembered of those that were not acknowledged: a client that loses each answer asks again and again. */
const MOST_OPEN = 15;

/**
 * The numbers by which a client acknowledges messages of a log with several partitions, where no position says how far it
 * has got. Each stands in the store before it leaves, so that every node knows what it means.
 */
export class Milestones {
  /** For those who write them down: one at a time, so that the newest stay. */
  readonly writing: Lane = new Lane();
  readonly #log: Pick<IMessageLog, "partitionOf">;
  #open: Milestone[];
  #reached: Milestone | undefined;

  constructor(log: Pick<IMessageLog, "partitionOf">, known: readonly Milestone[] = []) {
    this.#log = log;
    this.#open = [...known];
  }

  /** The one that the client has acknowledged last. 0: none that is known here. */
  get reached(): number {
    return this.#reached?.[0] ?? 0;
  }

  /** Those that a client may still acknowledge, the oldest first. */
  get all(): readonly Milestone[] {
    return this.#reached === undefined ? this.#open : [this.#reached, ...this.#open];
  }

  /** Makes the next one, for messages that are about to leave for a client that has got as far as `cursor`. */
  add(cursor: Cursor, entries: readonly LogEntry[]): number {
    const reached = [...cursor];
    for (const { channel, position } of entries) {
      const partition = this.#log.partitionOf(channel);
      reached[partition] = Math.max(reached[partition] as Position, position);
    }
    const last = this.all.at(-1)?.[0] ?? 0;
    // Positions are not given out twice: a store that has forgotten a number leads to no other meaning of it.
    const number = Math.max(last + 1, ...reached);
    this.#open = [...this.#open, [number, ...reached] as const].slice(-MOST_OPEN);
    return number;
  }

  /** Whether a message has arrived at a client that acknowledges the number. Undefined: nobody knows this number. */
  arrivedWith(number: number): ((entry: LogEntry) => boolean) | undefined {
    const milestone = this.all.find(([own]) => own === number);
    if (milestone === undefined) return undefined;
    this.#reached = milestone;
    this.#open = this.#open.filter(([own]) => own > number);
    const [, ...cursor] = milestone;
    return ({ channel, position }) => position <= (cursor[this.#log.partitionOf(channel)] ?? 0);
  }
}

/** Those that a record names, for a client that may need some. Undefined: a position says as much. */
export function milestonesOf(
  { profile }: { readonly profile: { readonly milestones?: readonly Milestone[] } },
  log: IMessageLog,
): Milestones | undefined {
  return log.partitions > 1 ? new Milestones(log, profile.milestones) : undefined;
}
