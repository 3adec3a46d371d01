/** Heads that are kept. */
const MOST_KEPT = 1_000;

/**
 * Heads of answers of one kind. Those of one second are often of the same length, and a head in one piece is copied in a
 * fraction of the time that its pieces take.
 */
export class Heads {
  readonly #beginning: string;
  #end = "";
  #byLength = new Map<number, string>();

  /** `beginning`: the first lines of all of them. */
  constructor(beginning: string) {
    this.#beginning = beginning;
  }

  /** How many are kept. */
  get size(): number {
    return this.#byLength.size;
  }

  /** For a body of so many bytes, and an end that is mostly the same as the last time. */
  kept(length: number, end: string): string {
    if (this.#end !== end || this.#byLength.size >= MOST_KEPT) {
      this.#end = end;
      this.#byLength = new Map();
    }
    const known = this.#byLength.get(length);
    if (known !== undefined) return known;
    const head = this.fresh(length, end);
    this.#byLength.set(length, head);
    return head;
  }

  /** The same for an end that is not that of others. */
  fresh(length: number, end: string): string {
    // Strings that are added stay in pieces.
    return [this.#beginning, "Content-Length: ", length, "\r\n", end].join("");
  }
}
