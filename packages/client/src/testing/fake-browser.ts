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
  #onTheirWay: (() => void)[] | undefined;
  readonly #carry: (hear: () => void) => void;

  /** `carry` has what was said be heard later, and all of it in order. */
  constructor(carry: (hear: () => void) => void = queueMicrotask) {
    this.#carry = carry;
  }

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

  /** Keeps what is said from now on from being heard, until the result is called: to let it be heard, or to lose it. */
  hush(): (isLost: boolean) => void {
    const words: (() => void)[] = [];
    this.#onTheirWay = words;
    return (isLost) => {
      this.#onTheirWay = undefined;
      if (!isLost) for (const hear of words) hear();
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
          const hear = (): void => {
            if (!this.#wires.has(other)) return;
            (other.onmessage as ((event: { readonly data: unknown }) => void) | undefined)?.({
              data,
            });
          };
          if (this.#onTheirWay) this.#onTheirWay.push(hear);
          else this.#carry(hear);
        }
      },
      close: () => this.#wires.delete(wire),
    };
    this.#wires.add(wire);
    return wire;
  }
}

/** A page whose capturing listeners hear of what happens to it before others do, as in browsers, and not as in Node. */
export class FakePage extends EventTarget {
  readonly #first = new EventTarget();

  override addEventListener(...rest: Parameters<EventTarget["addEventListener"]>): void {
    const [type, listener, options] = rest;
    if (typeof options === "object" && options.capture) {
      this.#first.addEventListener(type, listener, options);
    } else super.addEventListener(type, listener, options);
  }

  override dispatchEvent(event: Event): boolean {
    this.#first.dispatchEvent(event);
    return super.dispatchEvent(event);
  }
}
