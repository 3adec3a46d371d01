import type { ClientProfile } from "./client.ts";

export interface CensusLimits {
  readonly clientsPerBrowser: number;
  readonly clientsPerAddress: number;
}

/** Counts the clients of each browser and each address on this node. */
export class Census {
  readonly #limits: CensusLimits;
  readonly #browsers = new Map<string, number>();
  readonly #addresses = new Map<string, number>();

  constructor(limits: CensusLimits) {
    this.#limits = limits;
  }

  hasRoomFor(profile: ClientProfile): boolean {
    return (
      isBelow(this.#browsers, browserOf(profile), this.#limits.clientsPerBrowser) &&
      isBelow(this.#addresses, profile.address, this.#limits.clientsPerAddress)
    );
  }

  add(profile: ClientProfile): void {
    change(this.#browsers, browserOf(profile), 1);
    change(this.#addresses, profile.address, 1);
  }

  remove(profile: ClientProfile): void {
    change(this.#browsers, browserOf(profile), -1);
    change(this.#addresses, profile.address, -1);
  }
}

/** Only what a browser presented: until it has, many that look alike may have been offered the same. */
function browserOf({ browser, isBound }: ClientProfile): string | undefined {
  return isBound === true ? browser : undefined;
}

function isBelow(
  counts: ReadonlyMap<string, number>,
  key: string | undefined,
  limit: number,
): boolean {
  return key === undefined || (counts.get(key) ?? 0) < limit;
}

function change(counts: Map<string, number>, key: string | undefined, by: number): void {
  if (key === undefined) return;
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
