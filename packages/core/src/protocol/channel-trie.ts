import { isWildcard } from "./channels.ts";

/**
 * Finds all values that stand under a pattern that matches a channel, in time that depends on the
 * channel's depth and the number of matches, never on how many patterns there are.
 *
 * A trie kept flat: one map entry for each prefix in use instead of a node for each segment.
 */
export class ChannelTrie<T> {
  readonly #exact = new Map<string, Set<T>>();
  /** `/a/*` under `/a/`. */
  readonly #children = new Map<string, Set<T>>();
  /** `/a/**` under `/a/`. */
  readonly #descendants = new Map<string, Set<T>>();

  /** How many patterns have a value. */
  get size(): number {
    return this.#exact.size + this.#children.size + this.#descendants.size;
  }

  add(pattern: string, value: T): void {
    const [level, key] = this.#place(pattern);
    const values = level.get(key);
    if (values === undefined) level.set(key, new Set([value]));
    else values.add(value);
  }

  remove(pattern: string, value: T): void {
    const [level, key] = this.#place(pattern);
    const values = level.get(key);
    if (values?.delete(value) && values.size === 0) level.delete(key);
  }

  /** True when some value stands under exactly this pattern. */
  has(pattern: string): boolean {
    const [level, key] = this.#place(pattern);
    return level.has(key);
  }

  /** Visits a value once for each of its patterns that matches. The visitor must not add or remove. */
  visit(channel: string, visitor: (value: T) => void): void {
    const exact = this.#exact.get(channel);
    if (exact !== undefined) for (const value of exact) visitor(value);
    if (this.#children.size + this.#descendants.size > 0) this.#visitWildcards(channel, visitor);
  }

  #visitWildcards(channel: string, visitor: (value: T) => void): void {
    let end = channel.lastIndexOf("/") + 1;
    const siblings = this.#children.get(channel.slice(0, end));
    if (siblings !== undefined) for (const value of siblings) visitor(value);
    if (this.#descendants.size === 0) return;
    for (; end > 0; end = end < 2 ? 0 : channel.lastIndexOf("/", end - 2) + 1) {
      const below = this.#descendants.get(channel.slice(0, end));
      if (below !== undefined) for (const value of below) visitor(value);
    }
  }

  #place(pattern: string): readonly [Map<string, Set<T>>, string] {
    if (!isWildcard(pattern)) return [this.#exact, pattern];
    return pattern.endsWith("**")
      ? [this.#descendants, pattern.slice(0, -2)]
      : [this.#children, pattern.slice(0, -1)];
  }
}
