import { element } from "/site/element.js";
import { Chart } from "./chart.js";
import { changeText, directionOf, priceText } from "./price.js";
import { Series } from "./series.js";

/** One stock: its price, and the last minute in small. Pressed, it is shown in large. */
export class Card {
  series = new Series();
  stock;
  view;
  #button;
  #price = element("span", "price", "…");
  #change = element("span", "change");
  #chart;

  constructor(stock, onChoose) {
    this.stock = stock;
    const curve = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    curve.setAttribute("class", "spark");
    curve.setAttribute("aria-hidden", "true");
    this.#chart = new Chart(curve, { isPlain: true });
    const name = element("span", "name", element("b", "", stock.symbol), ` ${stock.name}`);
    this.#button = element("button", "card", name, this.#price, this.#change, curve);
    this.#button.type = "button";
    this.#button.addEventListener("click", () => onChoose(this));
    this.view = element("li", "", this.#button);
  }

  set isChosen(isChosen) {
    this.#button.setAttribute("aria-pressed", String(isChosen));
  }

  /** False for a quote that is no news. */
  quote({ price, change, time, sequence }) {
    if (!this.series.add({ time, value: price, order: sequence })) return false;
    this.#price.textContent = priceText(price);
    this.#change.textContent = changeText(change);
    this.view.dataset.direction = directionOf(change);
    return true;
  }

  draw(now) {
    this.#chart.draw(this.series.points, now);
  }
}
