import type { Awaitable } from "../ports/awaitable.ts";
import type { Ports } from "../ports/ports.ts";

/** Milliseconds that one request may keep others from their turn. */
const TURN_MS = 4;

/** Spreads the messages of one request over turns of the event loop: each may be for many thousands. */
export class Breather {
  readonly #ports: Pick<Ports, "now" | "endOfTurn">;
  #since: number;

  constructor(ports: Pick<Ports, "now" | "endOfTurn">) {
    this.#ports = ports;
    this.#since = ports.now();
  }

  /** To be called between two messages. Settles at once, or in the next turn when this one has been long enough. */
  pause(): Awaitable<void> {
    if (this.#ports.now() - this.#since < TURN_MS) return undefined;
    return new Promise((resolve) => {
      this.#ports.endOfTurn(() => {
        this.#since = this.#ports.now();
        resolve();
      });
    });
  }
}
