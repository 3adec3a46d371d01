import type { Position, StoreHost } from "@encke/core";
import { decode } from "./encoding.ts";
import { idOf } from "./positions.ts";
import { producerArguments } from "./producers.ts";

/** Milliseconds of what this node remembers of the log. */
export const KEPT_MS = 10_000;

/** What this node did with an entry: it was told that it is stored, it has read it, it has told its clients of it. */
export type Stage = "stored" | "read" | "told";

const STAGES: readonly Stage[] = ["stored", "read", "told"];

interface RecentEntry {
  readonly fields: readonly string[];
  readonly stage: Stage;
  readonly at: number;
  readonly size: number;
}

/** The end of the log as this node knows it: what it has read, and what it was told is stored. */
export class RecentEntries {
  readonly #host: Pick<StoreHost, "now">;
  readonly #entries = new Map<Position, RecentEntry>();
  readonly maxCharacters: number;
  #size = 0;

  constructor(host: Pick<StoreHost, "now">, maxCharacters: number) {
    this.#host = host;
    this.maxCharacters = maxCharacters;
  }

  /** Whether the clients of this node have it. */
  wasTold(position: Position): boolean {
    return this.#entries.get(position)?.stage === "told";
  }

  /** Under the last position of the entry. What it was before counts where that is more. */
  add(position: Position, fields: readonly string[], stage: Stage): void {
    const known = this.#entries.get(position);
    if (known !== undefined && STAGES.indexOf(known.stage) >= STAGES.indexOf(stage)) return;
    const at = this.#host.now();
    const size = fields.reduce((sum, field) => sum + field.length, 0);
    this.#size += size - (known?.size ?? 0);
    this.#entries.set(position, { fields, stage, at, size });
    for (const [oldest, entry] of this.#entries) {
      const isKept = entry.at > at - KEPT_MS && this.#size <= this.maxCharacters;
      if (isKept || oldest === position) return;
      this.#entries.delete(oldest);
      this.#size -= entry.size;
    }
  }

  /**
   * How many there are, then each of them, in order, as the script wants them that puts them back: what this node has read it
   * has read without a hole, and what it was only told of may have some before it that others know.
   */
  toArguments(): readonly string[] {
    const inOrder = [...this.#entries].sort(([a], [b]) => a - b);
    const args = inOrder.flatMap(([position, { fields, stage }]) => {
      const producers = producersIn(fields);
      return [
        ...[idOf(position), stage === "stored" ? "0" : "1", String(fields.length), ...fields],
        ...[String(producers.length), ...producers.flat()],
      ];
    });
    return [String(inOrder.length), ...args];
  }
}

/** Key, sequence and number in the entry of each message that has a producer. */
function producersIn(fields: readonly string[]): readonly (readonly string[])[] {
  const texts = fields.filter((_, index) => index % 2 === 1 && fields[index - 1] === "m");
  return texts.flatMap((text, index) => {
    const { producer } = decode(text, 0);
    return producer ? [[...producerArguments(producer), String(index + 1)]] : [];
  });
}
