import type { Fetch } from "@encke/client";
import type { World } from "../../support/world.ts";
import { Exchange } from "./exchange.ts";
import { Line } from "./line.ts";

/** All that is on its way between a client and a server. */
export class Network {
  server: World;
  line: Line | undefined;
  readonly #exchanges = new Set<Exchange>();

  constructor(server: World) {
    this.server = server;
  }

  /** Those that are under way, the oldest first. */
  get exchanges(): readonly Exchange[] {
    for (const exchange of this.#exchanges) if (exchange.isOver) this.#exchanges.delete(exchange);
    return [...this.#exchanges];
  }

  get isEmpty(): boolean {
    return this.exchanges.length === 0 && this.line?.isOver !== false;
  }

  readonly fetch: Fetch = (_url, { body, signal }) =>
    new Promise((resolve, reject) => {
      const exchange = new Exchange(body, resolve, reject);
      this.#exchanges.add(exchange);
      const giveUp = (): void => exchange.break(signal?.reason);
      signal?.addEventListener("abort", giveUp);
      if (signal?.aborted) giveUp();
    });

  /** The class of its sockets. */
  get sockets(): new () => Line {
    const open = (): Line => {
      this.line = new Line(this.server);
      return this.line;
    };
    // What a constructor returns takes the place of what it has made.
    return function newSocket() {
      return open();
    } as unknown as new () => Line;
  }

  /** Nothing of what is under way arrives. */
  break(): void {
    for (const exchange of this.exchanges) exchange.break();
    this.line?.break();
  }
}
