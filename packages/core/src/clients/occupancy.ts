import type { LocalClient } from "./client.ts";

/** Milliseconds after which a client comes back whose browser has too many of them. */
export const CROWDED_INTERVAL = 2_000;

/** Browsers of which it is kept that nothing is held on their connections. */
const MOST_EMPTY = 4_096;

/** How many connections of one browser are occupied. */
export interface Seats {
  taken: number;
}

/** Counts the connections of each browser that are occupied because something is held on them. */
export class Occupancy {
  readonly #most: number;
  #seats = new Map<string, Seats>();
  /** How many of them are 0. They stay for a while: with long polling, most are 1 again at once. */
  #empty = 0;

  /** `most`: as many may be occupied, so that one is left for everything else. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Of how many browsers it is kept. */
  get size(): number {
    return this.#seats.size;
  }

  /** True when holding something for the client would take its browser one connection too many. */
  isFullFor(client: LocalClient): boolean {
    const { profile, occupies } = client;
    if (!isCounted(client) || profile.browser === undefined || occupies !== undefined) return false;
    return (this.#seats.get(profile.browser)?.taken ?? 0) >= this.#most;
  }

  occupy(client: LocalClient): void {
    const { browser } = client.profile;
    if (!isCounted(client) || browser === undefined || client.occupies !== undefined) return;
    const seats = this.#seatsOf(browser);
    seats.taken++;
    client.occupies = seats;
  }

  vacate(client: LocalClient): void {
    const { occupies } = client;
    if (occupies === undefined) return;
    client.occupies = undefined;
    if (--occupies.taken === 0 && ++this.#empty > MOST_EMPTY) this.#forgetEmpty();
  }

  #seatsOf(browser: string): Seats {
    const known = this.#seats.get(browser);
    if (known?.taken === 0) this.#empty--;
    if (known !== undefined) return known;
    const seats = { taken: 0 };
    this.#seats.set(browser, seats);
    return seats;
  }

  #forgetEmpty(): void {
    const taken = new Map<string, Seats>();
    for (const [browser, seats] of this.#seats) if (seats.taken > 0) taken.set(browser, seats);
    this.#seats = taken;
    this.#empty = 0;
  }
}

/** One that has not shown that it keeps its identity is no browser with several windows. */
function isCounted({ isSharing, isBound }: LocalClient): boolean {
  return isSharing && isBound;
}
