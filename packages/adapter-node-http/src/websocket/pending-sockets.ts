import type { Cancel } from "@encke/core";
import { Deadlines } from "../sending/deadlines.ts";

/** Sockets on which no client has shown up yet. They cost memory and nobody has asked who they are. */
export class PendingSockets {
  readonly #limit: number;
  /** By what is to be done with each. */
  readonly #sockets: Deadlines<() => void>;

  /** `timeout` is in milliseconds. */
  constructor(limit: number, timeout: number) {
    this.#limit = limit;
    this.#sockets = new Deadlines(timeout, (onTimeout) => onTimeout());
  }

  get isFull(): boolean {
    return this.#sockets.size >= this.#limit;
  }

  /** Calls back if the socket is still pending after the timeout. The returned function takes it out. Each socket brings a callback of its own. */
  add(onTimeout: () => void): Cancel {
    this.#sockets.add(onTimeout);
    return () => this.#sockets.delete(onTimeout);
  }
}
