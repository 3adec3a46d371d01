import { LONGEST } from "../ports/ports.ts";
import type { LocalClient } from "./client.ts";
import { CROWDED_INTERVAL } from "./occupancy.ts";

/** Where the spread begins, and how far one step of it goes: multiples of the golden ratio fill a range evenly, in whatever number. */
const GOLDEN_RATIO = 0.618_033_988_749_895;
/** How much longer than advised a client may be told to wait, so that not all come back at once. */
const SPREAD = 0.5;

export interface PaceSettings {
  readonly timeout: number;
  readonly interval: number;
  readonly maxInterval: number;
}

/** How often clients come back: what was set at the start, the load of the moment, and what holds for single clients. */
export class Pace {
  readonly #settings: PaceSettings;
  #interval: number;
  #told = 0;

  constructor(settings: PaceSettings) {
    this.#settings = settings;
    this.#interval = settings.interval;
  }

  /** Milliseconds that clients are advised to wait between two connects. */
  get interval(): number {
    return this.#interval;
  }

  set interval(ms: number) {
    this.#interval = ms;
  }

  timeoutOf({ profile }: LocalClient): number {
    return profile.pace?.timeout ?? this.#settings.timeout;
  }

  maxIntervalOf({ profile }: LocalClient): number {
    return profile.pace?.maxInterval ?? this.#settings.maxInterval;
  }

  /** What the client was told, or is to be told first. */
  intervalOf({ profile, toldInterval }: LocalClient): number {
    return toldInterval ?? profile.pace?.interval ?? this.#settings.interval;
  }

  /** The interval that the client must be told now. Undefined: it knows. */
  newIntervalFor(client: LocalClient): number | undefined {
    const told = this.intervalOf(client);
    const own = client.profile.pace?.interval;
    const isRaised = this.#interval > Math.max(own ?? 0, this.#settings.interval);
    const usual = own ?? this.#interval;
    // One that was told a number in the range once is left in peace with it.
    const isTold = isRaised
      ? told >= this.#interval && told <= this.#interval * (1 + SPREAD)
      : told === usual;
    if (isTold) return undefined;
    client.toldInterval = isRaised ? this.#spread() : usual;
    return client.toldInterval;
  }

  /** Milliseconds after which a client is given up of which nothing is heard. */
  expiryOf(client: LocalClient): number {
    if (client.awaited !== undefined) return client.awaited;
    const crowded = client.isCrowded ? CROWDED_INTERVAL : 0;
    const interval = Math.max(this.intervalOf(client), client.typeInterval, crowded);
    return interval + this.maxIntervalOf(client);
  }

  #spread(): number {
    const share = (++this.#told * GOLDEN_RATIO) % 1;
    return Math.min(Math.round(this.#interval * (1 + SPREAD * share)), LONGEST);
  }
}
