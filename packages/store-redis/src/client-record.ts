import type { ClientRecord, Cursor } from "@encke/core";
import type { Reply } from "./port/redis-port.ts";
import { pairsOf, textOf } from "./replies.ts";

const SUBSCRIPTION = "s:";

/** The record that a client's hash is. Undefined: there is no such client. */
export function clientRecordOf(id: string, hash: Reply): ClientRecord | undefined {
  const fields = pairsOf(hash);
  if (fields.length === 0) return;
  const named = new Map(fields);
  const subscriptions = new Map<string, Cursor>();
  for (const [name, value] of fields) {
    if (!name.startsWith(SUBSCRIPTION)) continue;
    subscriptions.set(name.slice(SUBSCRIPTION.length), cursorOf(value));
  }
  const record = {
    id,
    generation: Number(named.get("g")),
    cursor: cursorOf(named.get("c")),
    subscriptions,
    data: textOf(named.get("d")),
  };
  const owner = named.get("o");
  return owner === undefined ? record : { ...record, owner: textOf(owner) };
}

/** The positions as they are written in Redis, or answered by it. */
export function cursorOf(text: Reply | undefined): Cursor {
  return textOf(text).split(",").map(Number);
}
