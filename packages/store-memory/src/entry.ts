import type { LogEntry, Position, Publication } from "@encke/core";

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** Has, besides these, only members that its publication has. */
class Entry implements LogEntry {
  readonly position: Position;
  readonly channel: string;
  readonly json: string;
  readonly #isAscii: boolean | undefined;

  constructor({ channel, json, isAscii }: Publication, position: Position) {
    this.position = position;
    this.channel = channel;
    this.json = json;
    this.#isAscii = isAscii;
  }

  /** As in publications of core no member of its own: who hands on a copy with other JSON need not know of it. */
  get isAscii(): boolean | undefined {
    return this.#isAscii;
  }
}

/** The publication with its position. Member by member: spreading it here costs fifty times as much. */
export function entryOf(publication: Publication, position: Position): LogEntry {
  const { to, except, producer, keep, hints } = publication;
  const entry: Writable<LogEntry> = new Entry(publication, position);
  if (to !== undefined) entry.to = to;
  if (except !== undefined) entry.except = except;
  if (producer !== undefined) entry.producer = producer;
  if (keep !== undefined) entry.keep = keep;
  if (hints !== undefined) entry.hints = hints;
  return entry;
}
