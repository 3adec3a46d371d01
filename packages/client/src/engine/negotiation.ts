import type { TransportFactory, TransportRegistry } from "../transport.ts";
import type { World } from "../world.ts";

/** Which transports are still worth a try, from one `connect` to the next. */
export class Negotiation {
  readonly #registry: TransportRegistry;
  readonly #world: World;
  readonly #proven = new Set<string>();
  readonly #dropped = new Set<string>();
  /** What the server said that it has. */
  #offered: readonly string[] | undefined;

  constructor(registry: TransportRegistry, world: World) {
    this.#registry = registry;
    this.#world = world;
  }

  /** All that both sides have, as far as that is known, the preferred one first. */
  get candidates(): readonly TransportFactory[] {
    const offered = [...this.#registry].filter(
      (factory) =>
        factory.isSupported(this.#world) && (this.#offered?.includes(factory.type) ?? true),
    );
    const left = offered.filter(({ type }) => !this.#dropped.has(type));
    if (left.length > 0) return left;
    // When none has worked it was the network, and not the transports.
    this.#dropped.clear();
    return offered;
  }

  /** What the server has; undefined before it was asked. */
  offer(types: readonly string[] | undefined): void {
    this.#offered = types;
  }

  /** It has brought an answer: from now on, that it fails is no reason to drop it. */
  prove(type: string): void {
    this.#proven.add(type);
  }

  failed(type: string, isUnfit: boolean): void {
    if (isUnfit || !this.#proven.has(type)) this.#dropped.add(type);
  }
}
