import type { Browser, Wire } from "../tabs/words.ts";
import type { Cancel } from "../world.ts";

interface Claim {
  readonly place: object;
  readonly grant: () => void;
}

interface FakeWire extends Wire {
  readonly name: string;
  readonly place: object;
}

/** A browser whose tabs share locks and channels, and can be killed one by one. */
export class FakeBrowser {
  readonly #wires = new Set<FakeWire>();
  /** Who has a lock, and who waits for it, by its name. */
  readonly #claims = new Map<string, Claim[]>();

  /** How many channels and locks there are. */
  get open(): number {
    return this.#wires.size + [...this.#claims.values()].flat().length;
  }

  /** One tab, or worker. */
  place(): Browser & { readonly kill: Cancel } {
    const place = {};
    return {
      locks: { request: (name, { signal }, action) => this.#request(place, name, signal, action) },
      channel: (name) => this.#channel(place, name),
      kill: () => {
        for (const wire of this.#wires) if (wire.place === place) wire.close();
        for (const [name, claims] of this.#claims) {
          for (const claim of claims) if (claim.place === place) this.#drop(name, claim);
        }
      },
    };
  }

  #request(place: object, name: string, signal: AbortSignal, action: () => unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      const claims = this.#claims.get(name) ?? [];
      const grant = async (): Promise<void> => {
        await undefined;
        if (!(this.#claims.get(name) ?? []).includes(claim)) return;
        signal.removeEventListener("abort", abort);
        await action();
        this.#drop(name, claim);
        resolve();
      };
      const claim: Claim = { place, grant: () => void grant() };
      const abort = (): void => {
        this.#drop(name, claim);
        reject(signal.reason);
      };
      signal.addEventListener("abort", abort);
      this.#claims.set(name, [...claims, claim]);
      if (claims.length === 0) claim.grant();
    });
  }

  #drop(name: string, claim: Claim): void {
    const claims = this.#claims.get(name) ?? [];
    const left = claims.filter((other) => other !== claim);
    this.#claims.set(name, left);
    if (claims[0] === claim) left[0]?.grant();
  }

  #channel(place: object, name: string): Wire {
    const wire: FakeWire = {
      ...{ name, place, onmessage: undefined },
      postMessage: (words) => {
        const data = structuredClone(words);
        for (const other of this.#wires) {
          if (other === wire || other.name !== name) continue;
          queueMicrotask(() => {
            if (!this.#wires.has(other)) return;
            (other.onmessage as ((event: { readonly data: unknown }) => void) | undefined)?.({
              data,
            });
          });
        }
      },
      close: () => this.#wires.delete(wire),
    };
    this.#wires.add(wire);
    return wire;
  }
}
