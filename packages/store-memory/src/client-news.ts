import type { ControlEntry, Cursor } from "@encke/core";

type WithoutPosition<Entry> = Entry extends unknown ? Omit<Entry, "position"> : never;

/** A control entry on its way into the log. */
export type ClientNews = WithoutPosition<ControlEntry>;

/** What {@link MemoryClients} needs of the log beside it. {@link MemoryLog} is one. */
export interface IClientNewsLog {
  /** The head of each partition, now. */
  readonly heads: Cursor;
  /** Puts the news into the feed, in order with the messages. */
  announce(news: ClientNews): void;
}
