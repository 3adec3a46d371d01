/** How many quotes were published for this page since it came, and what became of them. */
export class Tally {
  /** Sequences that came before it was known which was the first that counts. */
  #early = [];
  #since;
  #latest = 0;
  #received = 0;
  #conflated = 0;

  /** The page has come anew: the server counts from the beginning, too. */
  reset() {
    this.#early = [];
    this.#since = undefined;
    this.#received = 0;
    this.#conflated = 0;
  }

  receive(sequence) {
    if (this.#since === undefined) this.#early.push(sequence);
    else if (sequence > this.#since) this.#received += 1;
    this.#latest = Math.max(this.#latest, sequence);
  }

  /** What the server says. */
  update({ since, latest, conflated }) {
    this.#since = since;
    this.#conflated = conflated;
    this.#latest = Math.max(this.#latest, latest);
    for (const sequence of this.#early.splice(0)) this.receive(sequence);
  }

  get figures() {
    const published = this.#since === undefined ? 0 : this.#latest - this.#since;
    const waiting = Math.max(0, published - this.#received - this.#conflated);
    return { published, received: this.#received, conflated: this.#conflated, waiting };
  }
}
