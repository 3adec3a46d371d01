import type { LogEntry, Position, Publication } from "@encke/core";
import type { Expiring } from "./expiry-queue.ts";

interface Kept {
  readonly entry: LogEntry;
  readonly endsAt: number;
}

/** The kept messages of one channel. It ends with the message that is kept longest. */
export class KeptChannel implements Expiring {
  readonly name: string;
  expiresAt: number;
  filedAt: number;
  slot = 0;
  #kept: Kept[] = [];
  #forgotten: Position;
  #last: Position;

  constructor(name: string, forgotten: Position, now: number) {
    this.name = name;
    this.#forgotten = forgotten;
    this.#last = forgotten;
    this.expiresAt = now;
    this.filedAt = now;
  }

  /** The highest position that was kept once and is no more. */
  get forgotten(): Position {
    return this.#forgotten;
  }

  /** The highest position that was ever kept. */
  get last(): Position {
    return this.#last;
  }

  add(entry: LogEntry, keep: NonNullable<Publication["keep"]>, now: number): void {
    this.#last = entry.position;
    this.#kept.push({ entry, endsAt: now + keep.ms });
    while (this.#kept.length > keep.count) this.#forget(this.#kept.shift());
  }

  read(since: Position, limit: number, now: number): readonly LogEntry[] {
    this.#forgetEnded(now);
    const wanted = this.#kept.filter(({ entry }) => entry.position > since);
    return wanted.slice(0, limit).map(({ entry }) => entry);
  }

  #forgetEnded(now: number): void {
    for (const kept of this.#kept) if (kept.endsAt <= now) this.#forget(kept);
    this.#kept = this.#kept.filter(({ endsAt }) => endsAt > now);
  }

  #forget(kept: Kept | undefined): void {
    if (kept !== undefined) this.#forgotten = Math.max(this.#forgotten, kept.entry.position);
  }
}
