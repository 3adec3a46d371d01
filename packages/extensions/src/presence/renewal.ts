import type { Cancel, Comet, IClient } from "@encke/core";

/** How many are renewed before others have their turn. */
const AT_ONCE = 100;

/** Says again and again, for all clients of this node, where they are. */
export class Renewal {
  readonly #comet: Comet;
  readonly #renew: (client: IClient) => readonly Promise<void>[];
  #cancel: Cancel | undefined;
  #isOver = false;

  /** `renew` says for one client where it is. */
  constructor(comet: Comet, renew: (client: IClient) => readonly Promise<void>[]) {
    this.#comet = comet;
    this.#renew = renew;
  }

  /** Begins at once, with those who are there, and again `ms` milliseconds after it was done. */
  start(ms: number): Cancel {
    void this.#round(ms);
    return () => {
      this.#isOver = true;
      this.#cancel?.();
    };
  }

  async #round(ms: number): Promise<void> {
    let pending: Promise<void>[] = [];
    for (const client of [...this.#comet.clients]) {
      if (this.#isOver) return;
      pending.push(...this.#renew(client));
      if (pending.length < AT_ONCE) continue;
      await Promise.all(pending);
      pending = [];
      await this.#turn();
    }
    await Promise.all(pending);
    if (!this.#isOver) this.#cancel = this.#comet.ports.after(ms, () => void this.#round(ms));
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#comet.ports.endOfTurn(resolve));
  }
}
