import { RenewedSet } from "@encke/core";

/** Something that is asked for a sign of life again and again. */
export interface Beating {
  beat(): void;
}

/** Sockets visited in one turn of the event loop. */
const SLICE = 500;

/** One timer for all sockets of an endpoint. It runs while there are any, and never keeps the process alive. */
export class Heartbeat {
  readonly #interval: number;
  readonly #members = new RenewedSet<Beating>();
  #timer: NodeJS.Timeout | undefined;

  /** Milliseconds between two rounds; 0: never. */
  constructor(interval: number) {
    this.#interval = interval;
  }

  add(member: Beating): void {
    this.#members.add(member);
    if (this.#interval > 0) this.#timer ??= this.#start();
  }

  delete(member: Beating): void {
    this.#members.delete(member);
    if (this.#members.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #start(): NodeJS.Timeout {
    return setInterval(() => this.#beat(this.#members[Symbol.iterator]()), this.#interval).unref();
  }

  #beat(members: Iterator<Beating, void>): void {
    for (let count = 0; count < SLICE; count++) {
      const { value, done } = members.next();
      if (done) return;
      value.beat();
    }
    setImmediate(() => this.#beat(members));
  }
}
