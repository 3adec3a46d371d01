import type { LocalClient } from "./client.ts";

/** Milliseconds after which a client comes back whose browser has too many of them. */
export const CROWDED_INTERVAL = 2_000;

/** Browsers of which it is kept that nothing is held on their connections. */
const MOST_EMPTY = 4_096;

/** Counts the connections of each browser that are occupied because something is held on them. */
export class Occupancy {
  readonly #most: number;
  #counts = new Map<string, number>();
  /** How many of them are 0. They stay for a while: with long polling, most are 1 again at once. */
  #empty = 0;

  /** `most`: as many may be occupied, so that one is left for everything else. */
  constructor(most: number) {
    this.#most = most;
  }

  /** True when holding something for the client would take its browser one connection too many. */
  isFullFor(client: LocalClient): boolean {
    const { profile, occupies } = client;
    if (!isCounted(client) || profile.browser === undefined || occupies !== undefined) return false;
    return (this.#counts.get(profile.browser) ?? 0) >= this.#most;
  }

  occupy(client: LocalClient): void {
    const { browser } = client.profile;
    if (!isCounted(client) || browser === undefined || client.occupies !== undefined) return;
    client.occupies = browser;
    const count = this.#counts.get(browser);
    if (count === 0) this.#empty--;
    this.#counts.set(browser, (count ?? 0) + 1);
  }

  vacate(client: LocalClient): void {
    const { occupies } = client;
    if (occupies === undefined) return;
    client.occupies = undefined;
    const count = (this.#counts.get(occupies) ?? 1) - 1;
    this.#counts.set(occupies, count);
    if (count === 0 && ++this.#empty > MOST_EMPTY) this.#forgetEmpty();
  }

  #forgetEmpty(): void {
    const counts = new Map<string, number>();
    for (const [browser, count] of this.#counts) if (count > 0) counts.set(browser, count);
    this.#counts = counts;
    this.#empty = 0;
  }
}

/** One that has not shown that it keeps its identity is no browser with several windows. */
function isCounted({ isSharing, isBound }: LocalClient): boolean {
  return isSharing && isBound;
}
