import type { Position, StoreHost } from "@encke/core";
import { decode } from "./encoding.ts";
import { idOf } from "./positions.ts";
import { producerArguments } from "./producers.ts";

/** Milliseconds of what this node remembers of the log. */
export const KEPT_MS = 10_000;

interface RecentEntry {
  readonly fields: readonly string[];
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

  has(position: Position): boolean {
    return this.#entries.has(position);
  }

  /** Under the last position of the entry. */
  add(position: Position, fields: readonly string[]): void {
    const at = this.#host.now();
    const size = fields.reduce((sum, field) => sum + field.length, 0);
    this.#size += size - (this.#entries.get(position)?.size ?? 0);
    this.#entries.set(position, { fields, at, size });
    for (const [oldest, entry] of this.#entries) {
      const isKept = entry.at > at - KEPT_MS && this.#size <= this.maxCharacters;
      if (isKept || oldest === position) return;
      this.#entries.delete(oldest);
      this.#size -= entry.size;
    }
  }

  /** How many there are, then each of them, in order, as the script wants them that puts them back. */
  toArguments(): readonly string[] {
    const inOrder = [...this.#entries].sort(([a], [b]) => a - b);
    const args = inOrder.flatMap(([position, { fields }]) => {
      const producers = producersIn(fields);
      return [
        ...[idOf(position), String(fields.length), ...fields],
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
