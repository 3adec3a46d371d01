import { WINDOW } from "./series.js";

const SVG = "http://www.w3.org/2000/svg";
/** Pixels. */
const MARGIN = { top: 12, right: 56, bottom: 22, left: 8 };
const TICKS = [60, 45, 30, 15, 0];

/** The last minute of a series as a line, with what was received as dots on it. */
export class Chart {
  #svg;
  #title;
  #isPlain;
  #format;

  /** A plain one has no axes and no dots. */
  constructor(svg, { isPlain = false, format = String } = {}) {
    this.#svg = svg;
    this.#title = svg.querySelector("title");
    this.#isPlain = isPlain;
    this.#format = format;
  }

  /** `name` is for those who cannot see it. */
  draw(points, now, name) {
    const scale = this.#scaleOf(points, now);
    const shapes = points.length === 0 ? [] : this.#shapes(points, scale);
    this.#svg.setAttribute("viewBox", `0 0 ${scale.width} ${scale.height}`);
    this.#svg.replaceChildren(...(this.#title ? [this.#title] : []), ...shapes);
    if (this.#title) this.#title.textContent = this.#describe(points, name);
  }

  #shapes(points, scale) {
    const path = points.map(({ time, value }) => `${scale.x(time)},${scale.y(value)}`).join(" ");
    const line = shape("polyline", { class: "curve", points: path });
    if (this.#isPlain) return [line];
    const dots = points.map(({ time, value }) =>
      shape("circle", { class: "point", cx: scale.x(time), cy: scale.y(value), r: 1.8 }),
    );
    return [...this.#axes(scale), line, ...dots];
  }

  #axes({ width, height, x, y, low, high, now }) {
    const values = [low, (low + high) / 2, high].flatMap((value) => [
      shape("line", {
        class: "grid",
        x1: MARGIN.left,
        x2: width - MARGIN.right,
        y1: y(value),
        y2: y(value),
      }),
      label(this.#format(value), { x: width - MARGIN.right + 6, y: y(value) + 4 }),
    ]);
    const times = TICKS.map((seconds) =>
      label(seconds === 0 ? "now" : `${seconds} s`, {
        x: x(now - seconds * 1_000),
        y: height - 6,
        "text-anchor": seconds === 60 ? "start" : "middle",
      }),
    );
    return [...values, ...times];
  }

  #scaleOf(points, now) {
    const { clientWidth: width, clientHeight: height } = this.#svg;
    const margin = this.#isPlain ? { top: 3, right: 3, bottom: 3, left: 3 } : MARGIN;
    const values = points.map(({ value }) => value);
    const low = Math.min(...values);
    const high = Math.max(...values);
    const across = width - margin.left - margin.right;
    const down = height - margin.top - margin.bottom;
    const x = (time) => round(margin.left + across * (1 - (now - time) / WINDOW));
    // A line that does not move is in the middle.
    const y = (value) =>
      round(margin.top + down * (high === low ? 0.5 : (high - value) / (high - low)));
    return { width, height, x, y, low, high, now };
  }

  #describe(points, name) {
    if (points.length === 0) return `${name}: nothing yet`;
    const values = points.map(({ value }) => value);
    const [low, high, latest] = [Math.min(...values), Math.max(...values), values.at(-1)];
    const said = [latest, low, high].map((value) => this.#format(value));
    return `${name}: now ${said[0]}, in the last minute between ${said[1]} and ${said[2]}`;
  }
}

function label(text, attributes) {
  const made = shape("text", { class: "tick", ...attributes });
  made.textContent = text;
  return made;
}

function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function round(pixels) {
  return Math.round(pixels * 10) / 10;
}
