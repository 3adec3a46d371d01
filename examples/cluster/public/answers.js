import { byId, element } from "/site/element.js";

/** How many squares are shown. */
const MOST = 120;

/** Which nodes have answered this window, one square for each answer. */
export class Answers {
  #list = byId("answers");

  add(node) {
    const square = element("li", "", node);
    square.dataset.node = node;
    this.#list.append(square);
    if (this.#list.childElementCount > MOST) this.#list.firstElementChild.remove();
  }
}
