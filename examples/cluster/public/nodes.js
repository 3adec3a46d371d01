import { byId, element } from "/site/element.js";

/** The nodes: what each of them is doing, and a button that ends it. */
export class Nodes {
  #list = byId("nodes");
  #cards = new Map();
  #onKill;
  #answering;

  constructor(onKill) {
    this.#onKill = onKill;
  }

  show(states) {
    for (const state of states) {
      if (!this.#cards.has(state.name)) this.#add(state.name);
      this.#cards.get(state.name).show(state);
    }
  }

  /** The node that has answered last. */
  answeredBy(name) {
    this.#cards.get(this.#answering)?.setAnswering(false);
    this.#cards.get(name)?.setAnswering(true);
    this.#answering = name;
  }

  #add(name) {
    const card = new NodeCard(name, () => this.#onKill(name));
    card.setAnswering(name === this.#answering);
    this.#cards.set(name, card);
    this.#list.append(card.item);
  }
}

class NodeCard {
  item;
  #button = element("button", "", "Kill");
  #state = element("p", "state");
  #work = element("p", "work");

  constructor(name, onKill) {
    this.#button.type = "button";
    this.#button.setAttribute("aria-label", `Kill node ${name}`);
    this.#button.addEventListener("click", onKill);
    const heading = element("h3", "", `Node ${name}`);
    this.item = element("li", "node", heading, this.#state, this.#work, this.#button);
    this.item.dataset.node = name;
  }

  show({ isUp, pid, given, restarts }) {
    this.item.classList.toggle("down", !isUp);
    this.#button.disabled = !isUp;
    this.#state.textContent = isUp ? `serves as process ${pid}` : "gone, comes back by itself";
    this.#work.textContent = `${plural(given, "request")}, ${plural(restarts, "restart")}`;
  }

  setAnswering(isAnswering) {
    this.item.classList.toggle("answering", isAnswering);
  }
}

function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
