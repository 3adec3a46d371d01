import type { Deadlines } from "../sending/deadlines.ts";

/** Something that most often is over before the turn of the event loop is in which it began. */
export interface Arrival {
  /** Called when it is not over with the turn. False: it never will be, or is over by now. */
  takesLonger(): boolean;
}

/**
 * Gives deadlines to what does not arrive at once. Nearly every body comes in one piece with the head of its request: it
 * need not be put on a list and taken off again, and nobody has to listen for its peer to go away.
 */
export class Arriving<T extends Arrival> {
  readonly #deadlines: Deadlines<T>;
  #fresh: T[] = [];

  constructor(deadlines: Deadlines<T>) {
    this.#deadlines = deadlines;
  }

  add(arrival: T): void {
    if (this.#fresh.push(arrival) === 1) setImmediate(this.#look);
  }

  delete(arrival: T): void {
    this.#deadlines.delete(arrival);
  }

  readonly #look = (): void => {
    const fresh = this.#fresh;
    this.#fresh = [];
    for (const arrival of fresh) if (arrival.takesLonger()) this.#deadlines.add(arrival);
  };
}
