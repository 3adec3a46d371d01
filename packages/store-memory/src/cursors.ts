import type { Cursor } from "@encke/core";

/** For each partition, the position that is further on: no cursor goes back. */
export function furthest(cursor: Cursor, other: Cursor | undefined): Cursor {
  if (other === undefined) return cursor;
  return cursor.map((position, partition) => Math.max(position, other[partition] ?? position));
}
