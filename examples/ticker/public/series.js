/** Milliseconds that are shown. */
export const WINDOW = 60_000;

/** What was heard in the last minute: `{ time, value, order }`, of which `order` always grows. */
export class Series {
  #points = [];

  get points() {
    return this.#points;
  }

  get latest() {
    return this.#points.at(-1);
  }

  /** False for what is no news: the server tells what was before to everybody who comes, also when it comes again. */
  add(point) {
    if (this.latest !== undefined && point.order <= this.latest.order) return false;
    const oldest = point.time - WINDOW;
    this.#points = [...this.#points.filter(({ time }) => time >= oldest), point];
    return true;
  }
}
