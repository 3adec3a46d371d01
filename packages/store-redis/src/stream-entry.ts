import type { ControlEntry, LogEntry, Position } from "@encke/core";
import { decode } from "./encoding.ts";
import type { Reply } from "./port/redis-port.ts";
import { positionOf } from "./positions.ts";
import { listOf, textOf, textsOf } from "./replies.ts";

/** One entry of the stream: messages that were appended together, or the news of one client. */
export interface StreamEntry {
  /** As Redis has them: names and values in turn. */
  readonly fields: readonly string[];
  /** The last position of those in it. */
  readonly position: Position;
  /** The last position before it. One that is further on than the reader has missed something. */
  readonly before: Position;
  readonly messages: readonly LogEntry[];
  /** Where it was before Redis forgot it, when it could not have its place again. */
  readonly wasAt?: Position;
  readonly news?: ControlEntry;
}

/** Throws on what this store has not written. */
export function streamEntryOf(reply: Reply): StreamEntry {
  const [id, list] = listOf(reply);
  const position = positionOf(textOf(id));
  const fields = textsOf(list);
  const [before = "", , count = ""] = (fields[1] ?? "").split(" ");
  const base = position - Number(count);
  const messages: LogEntry[] = [];
  const special: { news?: ControlEntry; wasAt?: Position } = {};
  for (let index = 2; index < fields.length; index += 2) {
    const value = fields[index + 1] ?? "";
    if (fields[index] === "m") messages.push(decode(value, base + messages.length + 1));
    else if (fields[index] === "r") special.wasAt = positionOf(value);
    else if (fields[index] === "c") Object.assign(special, { news: newsOf(value, position) });
  }
  return { position, before: Number(before), fields, messages, ...special };
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
