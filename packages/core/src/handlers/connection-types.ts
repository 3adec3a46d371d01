import type { Cancel } from "../ports/ports.ts";

/** A name that clients from before CORS give to long polling across origins. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["cross-origin-long-polling", "long-polling"],
]);

/** The connection types that adapters serve now, in the order they were announced. */
export class ConnectionTypes {
  readonly #counts = new Map<string, number>();

  /** Counted: the type is served until each announcement has been cancelled. */
  announce(type: string): Cancel {
    this.#counts.set(type, (this.#counts.get(type) ?? 0) + 1);
    let isAnnounced = true;
    return () => {
      if (!isAnnounced) return;
      isAnnounced = false;
      const count = (this.#counts.get(type) ?? 1) - 1;
      if (count > 0) this.#counts.set(type, count);
      else this.#counts.delete(type);
    };
  }

  has(type: string): boolean {
    return this.#counts.has(ALIASES.get(type) ?? type);
  }

  /** All types that are served, and the aliases of them that the client uses. Empty when the two have nothing in common. */
  offerTo(supported: readonly string[]): readonly string[] {
    if (!supported.some((type) => this.has(type))) return [];
    const aliases = supported.filter((type) => ALIASES.has(type) && this.has(type));
    return [...new Set([...this.#counts.keys(), ...aliases])];
  }
}
