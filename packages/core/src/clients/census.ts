import { RenewedMap } from "../collections/renewed-map.ts";
import type { ClientProfile } from "./client.ts";

export interface CensusLimits {
  readonly clientsPerBrowser: number;
  readonly clientsPerAddress: number;
}

interface Origin {
  readonly browser?: string | undefined;
  readonly address?: string | undefined;
}

/** Counts the clients of each browser and each address on this node. */
export class Census {
  readonly #limits: CensusLimits;
  readonly #browsers = new RenewedMap<string, number>();
  readonly #addresses = new RenewedMap<string, number>();

  constructor(limits: CensusLimits) {
    this.#limits = limits;
  }

  /** Whether one more may come from there. */
  hasRoomFor({ browser, address }: Origin): boolean {
    return (
      isBelow(this.#browsers, browser, this.#limits.clientsPerBrowser) &&
      isBelow(this.#addresses, address, this.#limits.clientsPerAddress)
    );
  }

  add({ browser, address }: ClientProfile): void {
    change(this.#browsers, browser, 1);
    change(this.#addresses, address, 1);
  }

  remove({ browser, address }: ClientProfile): void {
    change(this.#browsers, browser, -1);
    change(this.#addresses, address, -1);
  }
}

function isBelow(
  counts: RenewedMap<string, number>,
  key: string | undefined,
  limit: number,
): boolean {
  return key === undefined || (counts.get(key) ?? 0) < limit;
}

function change(counts: RenewedMap<string, number>, key: string | undefined, by: number): void {
  if (key === undefined) return;
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
