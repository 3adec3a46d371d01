import type { TransportFactory } from "../../transport.ts";
import { type ForeignTransport, fromForeign } from "./foreign-transport.ts";
import type { Transport } from "./transport.ts";

/** What can be registered: a transport of cometd.js or in its manner, or one of the client. */
export type AnyTransport = Transport | ForeignTransport | TransportFactory;

interface Entry {
  readonly type: string;
  readonly transport: AnyTransport;
  readonly factory: TransportFactory;
}

/** The transports that may be used, the preferred ones first. */
export class TransportRegistry {
  #entries: readonly Entry[] = [];

  getTransportTypes(): string[] {
    return this.#entries.map(({ type }) => type);
  }

  /** Those that can work. */
  findTransportTypes(version: string, crossDomain: boolean, url: string): string[] {
    return this.#entries
      .filter(({ transport }) => accepts(transport, version, crossDomain, url))
      .map(({ type }) => type);
  }

  /** The best of these types that can work. */
  negotiateTransport(
    types: readonly string[],
    version: string,
    crossDomain: boolean,
    url: string,
  ): AnyTransport | null {
    const usable = this.findTransportTypes(version, crossDomain, url);
    return this.find(usable.find((type) => types.includes(type)) ?? "");
  }

  find(type: string): AnyTransport | null {
    return this.#entries.find((entry) => entry.type === type)?.transport ?? null;
  }

  /** False where there is one of this type already. */
  add(type: string, transport: AnyTransport, index: number = this.#entries.length): boolean {
    if (this.find(type) !== null) return false;
    const entries = [...this.#entries];
    const factory = "send" in transport ? fromForeign(type, transport) : named(type, transport);
    entries.splice(index, 0, { type, transport, factory });
    this.#entries = entries;
    return true;
  }

  remove(type: string): AnyTransport | null {
    const transport = this.find(type);
    this.#entries = this.#entries.filter((entry) => entry.type !== type);
    return transport;
  }

  clear(): void {
    this.#entries = [];
  }

  /** What a client is to use, as it is now. */
  get factories(): readonly TransportFactory[] {
    return this.#entries.map(({ factory }) => factory);
  }
}

function accepts(
  transport: AnyTransport,
  version: string,
  crossDomain: boolean,
  url: string,
): boolean {
  return "accept" in transport ? transport.accept(version, crossDomain, url) : true;
}

/** The name under which it was registered counts. */
function named(type: string, factory: TransportFactory): TransportFactory {
  return {
    type,
    isSupported: (world) => factory.isSupported(world),
    open: (host) => factory.open(host),
  };
}
