import { RenewedSet } from "@encke/core";
import { type Beating, Heartbeat } from "./heartbeat.ts";

/** Something that stays open for long, and whose peer may be gone without a word. */
export interface Lasting extends Beating {
  /** Breaks it off. */
  terminate(): void;
}

/** What is open of one kind: looked after with one heartbeat, and waited for at the end. */
export class Connections<T extends Lasting> {
  readonly #members = new RenewedSet<T>();
  readonly #heartbeat: Heartbeat;
  readonly #onEmpty: (() => void)[] = [];

  /** `interval`: milliseconds between two heartbeats. */
  constructor(interval: number) {
    this.#heartbeat = new Heartbeat(interval);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#members[Symbol.iterator]();
  }

  add(member: T): void {
    this.#members.add(member);
    this.#heartbeat.add(member);
  }

  delete(member: T): void {
    this.#members.delete(member);
    this.#heartbeat.delete(member);
    if (this.#members.size > 0) return;
    for (const onEmpty of this.#onEmpty.splice(0)) onEmpty();
  }

  /** Settles when all have gone. What is left after `deadline` milliseconds is broken off. */
  empty(deadline: number): Promise<void> {
    if (this.#members.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#terminateAll(), deadline);
      this.#onEmpty.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #terminateAll(): void {
    for (const member of this.#members) member.terminate();
  }
}
