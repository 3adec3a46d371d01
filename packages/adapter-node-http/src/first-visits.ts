import { randomFillSync } from "node:crypto";
import { RenewedMap } from "@encke/core";
import { headerOf, type RequestHead } from "./node-messages.ts";

const IDENTITY_BYTES = 24;
const IDENTITIES_AT_ONCE = 64;
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
    if (address === undefined || agent?.startsWith("Mozilla/") !== true) return newIdentity();
    const visitor = `${address} ${agent}`;
    const visit = this.#visits.get(visitor);
    if (visit !== undefined && visit.until > now && visit.count < MOST_TOGETHER) {
      visit.count++;
      return visit.identity;
    }
    return this.#keep(visitor, { identity: newIdentity(), until: now + TOGETHER_MS, count: 1 });
  }

  #keep(visitor: string, visit: Visit): string {
    this.#visits.delete(visitor);
    this.#visits.set(visitor, visit);
    const [oldest] = this.#visits.keys();
    if (this.#visits.size > VISITS_KEPT && oldest !== undefined) this.#visits.delete(oldest);
    return visit.identity;
  }
}

/** Random bytes for many identities: to ask for those of one took a twentieth of all that a new connection takes. */
const pool = Buffer.alloc(IDENTITY_BYTES * IDENTITIES_AT_ONCE);
let used = pool.length;

function newIdentity(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const start = used;
  used += IDENTITY_BYTES;
  const identity = pool.toString("base64url", start, used);
  // It is a secret of the browser, so it is kept nowhere else.
  pool.fill(0, start, used);
  return identity;
}
