import { RenewedMap } from "../collections/renewed-map.ts";
import type { LocalClient } from "./client.ts";

/** Milliseconds after which a client comes back whose browser has too many of them. */
export const CROWDED_INTERVAL = 2_000;

/** Counts the connections of each browser that are occupied because something is held on them. */
export class Occupancy {
  readonly #most: number;
  readonly #counts = new RenewedMap<string, number>();

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
    this.#counts.set(browser, (this.#counts.get(browser) ?? 0) + 1);
  }

  vacate(client: LocalClient): void {
    const { occupies } = client;
    if (occupies === undefined) return;
    client.occupies = undefined;
    const count = (this.#counts.get(occupies) ?? 1) - 1;
    if (count > 0) this.#counts.set(occupies, count);
    else this.#counts.delete(occupies);
  }
}

/** One that has not shown that it keeps its identity is no browser with several windows. */
function isCounted({ isSharing, isBound }: LocalClient): boolean {
  return isSharing && isBound;
}
