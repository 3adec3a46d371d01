import { byId, element } from "/site/element.js";
import { Ledger } from "./ledger.js";

const FAULTS = ["missing", "doubled", "late"];

/** Counts what has come from each window, and shows it. */
export class Numbers {
  #ledgers = new Map();
  #self;

  /** `self`: the name of this window. */
  constructor(self) {
    this.#self = self;
  }

  /** Whoever comes anew gets what is published from then on, and misses nothing of what was before. */
  beginAnew() {
    this.#ledgers.clear();
  }

  add({ window, number }) {
    const ledger = this.#ledgers.get(window) ?? new Ledger();
    this.#ledgers.set(window, ledger);
    ledger.add(number);
  }

  /** Not with each number: there are many. */
  show() {
    const ledgers = [...this.#ledgers.values()];
    byId("received").textContent = String(sum(ledgers, "received"));
    for (const fault of FAULTS) {
      const found = sum(ledgers, fault);
      byId(fault).textContent = String(found);
      byId(fault).parentElement.classList.toggle("wrong", found > 0);
    }
    byId("windows").replaceChildren(...[...this.#ledgers].map((entry) => this.#row(entry)));
  }

  #row([window, { last, received, missing, doubled }]) {
    const name = window === this.#self ? `${window} (this one)` : window;
    const cells = [name, last, received, missing, doubled].map((cell) =>
      element("td", "", String(cell)),
    );
    return element("tr", "", ...cells);
  }
}

function sum(ledgers, member) {
  return ledgers.reduce((total, ledger) => total + ledger[member], 0);
}
