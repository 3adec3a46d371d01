/** What time it is on the server, as far as its messages tell: what comes fastest tells best. */
export class ServerClock {
  #behind = Number.POSITIVE_INFINITY;

  /** A message of this time has just come. */
  hear(time) {
    this.#behind = Math.min(this.#behind, Date.now() - time);
  }

  now() {
    return Date.now() - (Number.isFinite(this.#behind) ? this.#behind : 0);
  }
}
