import type { Reply } from "./port/redis-port.ts";

/** A list, or none where Redis has nothing to say. */
export function listOf(reply: Reply | undefined): readonly Reply[] {
  return Array.isArray(reply) ? reply : [];
}

export function textOf(reply: Reply | undefined): string {
  return typeof reply === "string" ? reply : String(reply ?? "");
}

export function textsOf(reply: Reply | undefined): readonly string[] {
  return listOf(reply).map(textOf);
}

/** Names and values that come in turn. */
export function pairsOf(reply: Reply | undefined): readonly (readonly [string, Reply])[] {
  const list = listOf(reply);
  return Array.from({ length: list.length >> 1 }, (_, index) => [
    textOf(list[index * 2]),
    list[index * 2 + 1] ?? null,
  ]);
}
