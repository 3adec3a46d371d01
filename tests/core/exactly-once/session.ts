import { matches } from "@encke/core";
import type { Publication, Publications } from "./publications.ts";

/** What one client is owed and what it has got, by what its peer knows. */
export class Session {
  readonly id: string;
  /** Milliseconds for which nothing had been heard of the peer when its client was first seen to be gone. */
  away: number | undefined;
  /** True when somebody asked for its end. */
  isToEnd = false;
  readonly faults: string[] = [];
  /** The last position that the peer was told of. */
  acknowledged = -1;
  readonly #received: string[] = [];
  /** For each pattern, the step since which the peer has known that it is subscribed. */
  readonly #since = new Map<string, number>();
  /** For each pattern, the last request about it: an earlier one that is answered later says nothing. */
  readonly #lastAsked = new Map<string, number>();
  readonly #everAsked = new Set<string>();

  constructor(id: string) {
    this.id = id;
  }

  /** The peer asks to be subscribed, or not to be. Returns the number of the request. */
  ask(pattern: string, isWanted: boolean): number {
    const request = (this.#lastAsked.get(pattern) ?? 0) + 1;
    this.#lastAsked.set(pattern, request);
    if (isWanted) this.#everAsked.add(pattern);
    else this.#since.delete(pattern);
    return request;
  }

  /** The peer hears that it is subscribed. */
  confirm(pattern: string, request: number, step: number): void {
    const isStale = this.#lastAsked.get(pattern) !== request && !this.#since.has(pattern);
    if (!isStale && !this.#since.has(pattern)) this.#since.set(pattern, step);
  }

  acknowledge(position: unknown): void {
    if (typeof position === "number") this.acknowledged = position;
  }

  receive(text: string, publications: Publications): void {
    if (this.#received.includes(text)) this.faults.push(`${this.id} got ${text} twice`);
    this.#received.push(text);
    const publication = publications.get(text);
    if (publication === undefined) return;
    const { channel, except } = publication;
    const isWanted = [...this.#everAsked].some((pattern) => matches(pattern, channel));
    if (!isWanted || except === this.id) this.faults.push(`${this.id} got ${text} unasked`);
  }

  /** What came before something that is earlier in the log. */
  reordered(publications: Publications): readonly string[] {
    let last = 0;
    return this.#received.filter((text) => {
      const position = publications.get(text)?.position ?? last;
      const isLate = position < last;
      last = position;
      return isLate;
    });
  }

  has(text: string): boolean {
    return this.#received.includes(text);
  }

  /** What was published while the peer knew that it was subscribed, and has not reached it. */
  missing(publications: Publications): readonly string[] {
    return publications.logged
      .filter((publication) => this.#isOwed(publication) && !this.has(publication.text))
      .map(({ text }) => `${this.id} never got ${text}`);
  }

  #isOwed({ channel, step, except }: Publication): boolean {
    if (except === this.id) return false;
    return [...this.#since].some(([pattern, since]) => step > since && matches(pattern, channel));
  }
}
