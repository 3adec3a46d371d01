import { RenewedMap } from "../collections/renewed-map.ts";
import { RenewedSet } from "../collections/renewed-set.ts";
import { isWildcard } from "./channels.ts";

/**
 * Finds all values that stand under a pattern that matches a channel, in time that depends on the
 * channel's depth and the number of matches, never on how many patterns there are.
 *
 * A trie kept flat: one map entry for each prefix in use instead of a node for each segment.
 */
export class ChannelTrie<T> {
  readonly #exact = new RenewedMap<string, RenewedSet<T>>();
  /** `/a/*` under `/a/`. */
  readonly #children = new RenewedMap<string, RenewedSet<T>>();
  /** `/a/**` under `/a/`. */
  readonly #descendants = new RenewedMap<string, RenewedSet<T>>();

  /** How many patterns have a value. */
  get size(): number {
    return this.#exact.size + this.#children.size + this.#descendants.size;
  }

  add(pattern: string, value: T): void {
    const [level, key] = this.#place(pattern);
    const values = level.get(key);
    if (values === undefined) level.set(key, new RenewedSet([value]));
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
    this.#exact.get(channel)?.visit(visitor);
    if (this.#children.size + this.#descendants.size > 0) this.#visitWildcards(channel, visitor);
  }

  #visitWildcards(channel: string, visitor: (value: T) => void): void {
    let end = endOfPrefix(channel, channel.length);
    // To cut a prefix off and to look it up costs as much as to hand a message to a subscriber.
    let prefix = channel.slice(0, end);
    this.#children.get(prefix)?.visit(visitor);
    if (this.#descendants.size === 0) return;
    while (end > 0) {
      this.#descendants.get(prefix)?.visit(visitor);
      end = endOfPrefix(channel, end - 1);
      prefix = channel.slice(0, end);
    }
  }

  #place(pattern: string): readonly [RenewedMap<string, RenewedSet<T>>, string] {
    if (!isWildcard(pattern)) return [this.#exact, pattern];
    return pattern.endsWith("**")
      ? [this.#descendants, pattern.slice(0, -2)]
      : [this.#children, pattern.slice(0, -1)];
  }
}

const SLASH = 0x2f;

/** Behind the last slash before `limit`, or 0. Segments are short: `lastIndexOf` takes as long as to look at dozens of characters. */
function endOfPrefix(channel: string, limit: number): number {
  let end = limit;
  while (end > 0 && channel.charCodeAt(end - 1) !== SLASH) end--;
  return end;
}
