/** Messages whose reply is waited for at the most. */
const MAX_PENDING = 1_000;

/** How long each message waited for its reply: the two have the same channel and id. */
export class Timings {
  #sentAt = new Map();

  /** For each message of a frame `{ took }`, in milliseconds, where it is a reply to one that was seen. */
  of({ direction, messages = [] }) {
    const now = performance.now();
    return messages.map((message) => this.#timingOf(message, direction, now));
  }

  #timingOf({ channel, id, successful }, direction, now) {
    if (id === undefined) return {};
    const key = JSON.stringify([channel, id]);
    if (direction === "sent") this.#remember(key, now);
    const sentAt = this.#sentAt.get(key);
    if (direction !== "received" || successful === undefined || sentAt === undefined) return {};
    this.#sentAt.delete(key);
    return { took: now - sentAt };
  }

  #remember(key, now) {
    this.#sentAt.set(key, now);
    if (this.#sentAt.size > MAX_PENDING) this.#sentAt.delete(this.#sentAt.keys().next().value);
  }
}
