import type { ControlEntry, LogEntry, Position } from "@encke/core";
import { decode } from "./encoding.ts";
import type { Reply } from "./port/redis-port.ts";
import { positionOf } from "./positions.ts";
import { listOf, pairsOf, textOf } from "./replies.ts";

/** One entry of the stream: messages that were appended together, or the news of one client. */
export interface StreamEntry {
  readonly id: string;
  /** The last position of those in it. */
  readonly position: Position;
  /** The last position before it. One that is further on than the reader has missed something. */
  readonly before: Position;
  readonly messages: readonly LogEntry[];
  readonly news?: ControlEntry;
}

/** Throws on what this store has not written. */
export function streamEntryOf(reply: Reply): StreamEntry {
  const [id, fields] = listOf(reply);
  const position = positionOf(textOf(id));
  const pairs = pairsOf(fields);
  const [before = "", , count = ""] = textOf(pairs[0]?.[1]).split(" ");
  const base = position - Number(count);
  const messages: LogEntry[] = [];
  let news: ControlEntry | undefined;
  for (const [name, value] of pairs) {
    if (name === "m") messages.push(decode(textOf(value), base + messages.length + 1));
    else if (name === "c") news = newsOf(textOf(value), position);
  }
  const entry = { id: textOf(id), position, before: Number(before), messages };
  return news === undefined ? entry : { ...entry, news };
}

function newsOf(text: string, position: Position): ControlEntry | undefined {
  const [type, client, owner, more] = JSON.parse(text) as [string, string, string, string | number];
  switch (type) {
    case "moved":
      return { type, client, from: owner, generation: Number(more), position };
    case "subscribed":
    case "unsubscribed":
      return { type, client, owner, pattern: String(more), position };
    case "ended":
      return { type, client, owner, reason: String(more), position };
  }
  return undefined;
}
