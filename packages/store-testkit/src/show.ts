const LONGEST = 300;

/** A value as a person reads it in a message, cut where it is long. */
export function show(value: unknown): string {
  const text = canonical(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}... (${text.length} characters)` : text;
}

/** The same text for the same content, whatever the order of members, and whether one is missing or undefined. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => inOrder(member)) ?? String(value);
}

function inOrder(value: unknown): unknown {
  if (value instanceof Map) return { map: [...value].sort(byKey) };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(byKey));
}

function byKey([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}
