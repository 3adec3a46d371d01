import type { ClientProfile } from "../clients/client.ts";
import type { Cancel } from "../ports/ports.ts";

/** A name that clients from before CORS give to long polling across origins. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["cross-origin-long-polling", "long-polling"],
]);

/** How connects of one type are served, where that is not the way of the Comet. */
export interface ConnectionTypeOptions {
  /** Milliseconds that a connect is held at most; 0: it is answered at once, even if there are no messages. @default the Comet's `timeout` */
  readonly timeout?: number;
  /** Milliseconds that clients are advised to wait between two connects. @default the Comet's `interval` */
  readonly interval?: number;
}

interface Announced {
  count: number;
  readonly options: ConnectionTypeOptions;
}

/** The connection types that adapters serve now, in the order they were announced. */
export class ConnectionTypes {
  readonly #announced = new Map<string, Announced>();
  #names: readonly string[] = [];

  /** Counted: the type is served until each announcement has been cancelled. The first one's options hold. */
  announce(type: string, options: ConnectionTypeOptions = {}): Cancel {
    const announced = this.#announced.get(type) ?? { count: 0, options };
    announced.count++;
    this.#announced.set(type, announced);
    this.#names = [...this.#announced.keys()];
    let isAnnounced = true;
    return () => {
      if (!isAnnounced) return;
      isAnnounced = false;
      if (--announced.count > 0) return;
      this.#announced.delete(type);
      this.#names = [...this.#announced.keys()];
    };
  }

  has(type: string): boolean {
    if (this.#announced.has(type)) return true;
    const alias = ALIASES.get(type);
    return alias !== undefined && this.#announced.has(alias);
  }

  /** True when the type is served, and the client is not limited to others. */
  mayUse({ connectionTypes }: ClientProfile, type: string): boolean {
    return this.has(type) && (connectionTypes?.includes(type) ?? true);
  }

  /** Undefined: the type has no ways of its own. */
  optionsOf(type: string): ConnectionTypeOptions | undefined {
    const options = this.#announced.get(type)?.options;
    const isPlain = options?.timeout === undefined && options?.interval === undefined;
    return isPlain ? undefined : options;
  }

  /** All types that are served, and the aliases of them that the client uses. Empty when the two have nothing in common. */
  offerTo(supported: readonly string[]): readonly string[] {
    if (!supported.some((type) => this.has(type))) return [];
    const aliases = supported.filter((type) => ALIASES.has(type) && this.has(type));
    return aliases.length === 0 ? [...this.#names] : [...new Set([...this.#names, ...aliases])];
  }
}
