/** Above that, to copy all entries would keep others waiting, and most of them live long anyway. */
const MOST_COPIED = 4_096;
/** So few are collected soon enough, and where entries stay for a moment only, a new table for each few would cost more. */
const LEAST_DELETED = 64;

/** True when so much has been deleted from a `Map` or `Set` that what is left is to be moved to a new one. */
export function isWorn({ size }: { readonly size: number }, deleted: number): boolean {
  return deleted >= LEAST_DELETED + size / 2 && size <= MOST_COPIED;
}
