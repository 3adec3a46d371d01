import { RenewedMap } from "@encke/core";
import { headerOf, type RequestHead } from "./node-messages.ts";
import { newSecret } from "./secrets.ts";

/** Milliseconds in which pages and sockets that a browser opens together reach us. */
const TOGETHER_MS = 5_000;
/** More than that is no longer one browser, but many that stand behind one address. */
const MOST_TOGETHER = 16;
const VISITS_KEPT = 1_000;

interface Visit {
  readonly identity: string;
  readonly until: number;
  count: number;
}

/**
 * New identities for browsers. Tabs that are opened together have no cookie yet, and a browser keeps the last one it
 * is given: were each tab given another, all but one would be refused with their next message. So requests of what
 * looks like one browser, at one time, are given the same. Who has it still needs the secret id of a client.
 */
export class FirstVisits {
  /** The oldest first. */
  readonly #visits = new RenewedMap<string, Visit>();

  identityFor(request: RequestHead, address: string | undefined, now: number): string {
    const agent = headerOf(request, "user-agent");
    // Only browsers have tabs. Everything else that comes from one address may be anybody.
    if (address === undefined || agent?.startsWith("Mozilla/") !== true) return newSecret();
    const visitor = `${address} ${agent}`;
    const visit = this.#visits.get(visitor);
    if (visit !== undefined && visit.until > now && visit.count < MOST_TOGETHER) {
      visit.count++;
      return visit.identity;
    }
    return this.#keep(visitor, { identity: newSecret(), until: now + TOGETHER_MS, count: 1 });
  }

  #keep(visitor: string, visit: Visit): string {
    this.#visits.delete(visitor);
    this.#visits.set(visitor, visit);
    const [oldest] = this.#visits.keys();
    if (this.#visits.size > VISITS_KEPT && oldest !== undefined) this.#visits.delete(oldest);
    return visit.identity;
  }
}
