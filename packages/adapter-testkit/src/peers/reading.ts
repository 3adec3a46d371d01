import type { Readable } from "node:stream";

/** The answers that a peer reads, or does not for a while. */
export class Reading {
  readonly #begun = new Set<Readable>();
  readonly #waiting: (() => void)[] = [];
  #isStalled = false;

  /** `begin` starts to read the answer: now, or when the peer goes on. */
  add(answer: Readable, begin: () => void): void {
    if (this.#isStalled) this.#waiting.push(() => this.add(answer, begin));
    else {
      this.#begun.add(answer);
      answer.once("close", () => this.#begun.delete(answer));
      begin();
    }
  }

  stall(): void {
    this.#isStalled = true;
    for (const answer of this.#begun) answer.pause();
  }

  resume(): void {
    this.#isStalled = false;
    for (const answer of this.#begun) answer.resume();
    for (const begin of this.#waiting.splice(0)) begin();
  }
}
