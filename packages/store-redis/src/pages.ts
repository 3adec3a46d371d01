/** Where a page in order of ids begins, as Redis wants it. */
export function afterBound(after: string | undefined): string {
  return after === undefined ? "-" : `(${after}`;
}

/** One page of several that are each in order of their bytes. */
export function merged(
  pages: readonly (readonly string[])[],
  limit: number,
): { readonly items: readonly string[]; readonly next?: string } {
  const all = [...new Set(pages.flat())].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  const items = all.slice(0, limit);
  const last = items.at(-1);
  return all.length <= limit || last === undefined ? { items } : { items, next: last };
}
