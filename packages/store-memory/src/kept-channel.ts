import { byteLength, type LogEntry, type Position, type Publication } from "@encke/core";
import type { Expiring } from "./expiry-queue.ts";

interface Kept {
  readonly entry: LogEntry;
  /** Of its JSON, where they are bounded. */
  readonly bytes: number;
  readonly endsAt: number;
}

/** The kept messages of one channel. It ends with the message that is kept longest. */
export class KeptChannel implements Expiring {
  readonly name: string;
  expiresAt: number;
  filedAt: number;
  slot = 0;
  #kept: Kept[] = [];
  #bytes = 0;
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
    const bytes = keep.bytes === undefined ? 0 : byteLength(entry.json);
    this.#kept.push({ entry, bytes, endsAt: now + keep.ms });
    this.#bytes += bytes;
    const most = keep.bytes ?? Number.POSITIVE_INFINITY;
    while (this.#kept.length > keep.count || this.#bytes > most) this.#forget(this.#kept.shift());
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
    if (kept === undefined) return;
    this.#bytes -= kept.bytes;
    this.#forgotten = Math.max(this.#forgotten, kept.entry.position);
  }
}
