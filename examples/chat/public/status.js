import { byId } from "/site/element.js";

const TEXTS = {
  connected: "Connected",
  reconnecting: "Reconnecting",
  offline: "Offline",
};

/** Shows whether the server can be reached, and how long ago it was last heard of. */
export class Status {
  #status = byId("status");
  #text = byId("status-text");
  #heartbeat = byId("heartbeat");
  #state = "reconnecting";
  #heardAt;

  constructor() {
    addEventListener("online", () => this.#show());
    addEventListener("offline", () => this.#show());
    setInterval(() => this.#showHeartbeat(), 1_000);
    this.#show();
  }

  set state(state) {
    this.#state = state;
    this.#show();
  }

  /** To be called whenever anything came from the server. */
  heard() {
    this.#heardAt = Date.now();
    this.#showHeartbeat();
  }

  #show() {
    const state = navigator.onLine ? this.#state : "offline";
    if (this.#status.dataset.state === state) return;
    this.#status.dataset.state = state;
    this.#text.textContent = TEXTS[state];
  }

  #showHeartbeat() {
    if (this.#heardAt === undefined) return;
    const seconds = Math.round((Date.now() - this.#heardAt) / 1_000);
    this.#heartbeat.textContent = seconds === 0 ? "heartbeat now" : `heartbeat ${seconds} s ago`;
  }
}
