import type { Cancel } from "@encke/core";

/** Sockets on which no client has shown up yet. They cost memory and nobody has asked who they are. */
export class PendingSockets {
  readonly #limit: number;
  readonly #timeout: number;
  #size = 0;

  /** `timeout` is in milliseconds. */
  constructor(limit: number, timeout: number) {
    this.#limit = limit;
    this.#timeout = timeout;
  }

  get isFull(): boolean {
    return this.#size >= this.#limit;
  }

  /** Calls back if the socket is still pending after the timeout. The returned function takes it out. */
  add(onTimeout: () => void): Cancel {
    this.#size++;
    let isPending = true;
    const leave = () => {
      if (!isPending) return;
      isPending = false;
      this.#size--;
      clearTimeout(timer);
    };
    const timer = setTimeout(() => {
      leave();
      onTimeout();
    }, this.#timeout).unref();
    return leave;
  }
}
