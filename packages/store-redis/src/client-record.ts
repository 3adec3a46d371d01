import type { ClientRecord, Cursor } from "@encke/core";
import type { Reply } from "./port/redis-port.ts";
import { listOf, pairsOf, textOf } from "./replies.ts";

const SUBSCRIPTION = "s:";

/** The record of a client's lease and hash. Undefined: there is no such client. */
export function clientRecordOf(id: string, reply: Reply): ClientRecord | undefined {
  const [lease = null, hash = null] = listOf(reply);
  // As in `leaseText` of the scripts.
  const [, generation, cursor = "", owner = ""] = /^(\d+) (\S*) (.*)$/s.exec(textOf(lease)) ?? [];
  if (generation === undefined) return;
  const subscriptions = new Map<string, Cursor>();
  let data = "";
  for (const [name, value] of pairsOf(hash)) {
    if (name === "d") data = textOf(value);
    if (!name.startsWith(SUBSCRIPTION)) continue;
    subscriptions.set(name.slice(SUBSCRIPTION.length), cursorOf(value));
  }
  const record = {
    id,
    generation: Number(generation),
    cursor: cursorOf(cursor),
    subscriptions,
    data,
  };
  return owner === "" ? record : { ...record, owner };
}

/** The positions as they are written in Redis, or answered by it. */
export function cursorOf(text: Reply | undefined): Cursor {
  return textOf(text).split(",").map(Number);
}
