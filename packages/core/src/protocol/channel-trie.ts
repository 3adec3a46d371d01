import { RenewedMap } from "../collections/renewed-map.ts";
import { RenewedSet } from "../collections/renewed-set.ts";
import { isWildcard } from "./channels.ts";

/** Channels of which it is known what wildcards match them. */
const CHANNELS_KNOWN = 10_000;

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

  /**
   * What the wildcards are that match a channel, until there is another wildcard or one less: to cut the channel into
   * all its beginnings and look each of them up costs as much as to hand a message to two subscribers.
   */
  #known = new Map<string, readonly RenewedSet<T>[]>();

  /** How many patterns have a value. */
  get size(): number {
    return this.#exact.size + this.#children.size + this.#descendants.size;
  }

  add(pattern: string, value: T): void {
    const [level, key] = this.#place(pattern);
    const values = level.get(key);
    if (values !== undefined) {
      values.add(value);
      return;
    }
    level.set(key, new RenewedSet([value]));
    if (level !== this.#exact) this.#forgetKnown();
  }

  remove(pattern: string, value: T): void {
    const [level, key] = this.#place(pattern);
    const values = level.get(key);
    if (values?.delete(value) !== true || values.size > 0) return;
    level.delete(key);
    if (level !== this.#exact) this.#forgetKnown();
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
    if (this.#children.size + this.#descendants.size === 0) return;
    for (const values of this.#wildcardsOf(channel)) for (const value of values) visitor(value);
  }

  /** Those of wildcards, as far as they are known. */
  #wildcardsOf(channel: string): readonly RenewedSet<T>[] {
    const known = this.#known.get(channel);
    if (known !== undefined) return known;
    const found = this.#findWildcards(channel);
    if (this.#known.size >= CHANNELS_KNOWN) this.#forgetKnown();
    this.#known.set(channel, found);
    return found;
  }

  #findWildcards(channel: string): readonly RenewedSet<T>[] {
    const found: RenewedSet<T>[] = [];
    const note = (values: RenewedSet<T> | undefined): void => {
      if (values !== undefined) found.push(values);
    };
    let end = channel.lastIndexOf("/") + 1;
    note(this.#children.get(channel.slice(0, end)));
    for (; end > 0; end = end < 2 ? 0 : channel.lastIndexOf("/", end - 2) + 1) {
      note(this.#descendants.get(channel.slice(0, end)));
    }
    return found;
  }

  /** Not cleared, for the reason that is given at {@link RenewedMap}. */
  #forgetKnown(): void {
    if (this.#known.size > 0) this.#known = new Map();
  }

  #place(pattern: string): readonly [RenewedMap<string, RenewedSet<T>>, string] {
    if (!isWildcard(pattern)) return [this.#exact, pattern];
    return pattern.endsWith("**")
      ? [this.#descendants, pattern.slice(0, -2)]
      : [this.#children, pattern.slice(0, -1)];
  }
}
