export interface Page {
  readonly items: readonly string[];
  /** Missing on the last page. */
  readonly next?: string;
}

/** The first `limit` of the names after `after`, in order of their UTF-16 units. Sorts all: for people who look. */
export function pageAfter(names: Iterable<string>, limit: number, after = ""): Page {
  const all = [...names].filter((name) => name > after).sort();
  const items = all.slice(0, limit);
  const next = items.at(-1);
  return items.length === all.length || next === undefined ? { items } : { items, next };
}
