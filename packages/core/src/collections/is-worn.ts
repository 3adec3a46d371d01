/** Above that, to copy all entries would keep others waiting, and most of them live long anyway. */
const MOST_COPIED = 4_096;
/** The smallest table has four places. */
const LEAST_DELETED = 2;

/** True when so much was deleted from a `Map` or `Set` that V8 would soon move what is left to a new table. */
export function isWorn({ size }: { readonly size: number }, deleted: number): boolean {
  return deleted >= LEAST_DELETED + size / 2 && size <= MOST_COPIED;
}
