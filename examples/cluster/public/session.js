import { CometClient } from "/client/index.js";
import { longPolling } from "/client/long-polling.js";
import { webSocket } from "/client/websocket.js";

/** Milliseconds between two numbers. */
const PACE = 100;
/** Waits a little longer each time that no node answers, but never long: the next one is there already. */
const backoff = (failures) => Math.min(failures * 200, 2_000);

/**
 * This window at the cluster. What happens comes as events with a `detail`: `joining`, `state`, `nodes`, `answer` (the
 * name of the node), `number`, `sent`, `problem`.
 */
export class Session extends EventTarget {
  /** What the others know this window by. */
  name = crypto.randomUUID().slice(0, 4);
  isPaused = false;
  #isSwitching = false;
  #client = new CometClient("/comet", { transports: [webSocket, longPolling], backoff });
  #last = 0;
  #joined = Promise.resolve();
  #sending = Promise.resolve();
  #switched = Promise.resolve();

  constructor() {
    super();
    const client = this.#client;
    client.addEventListener("connected", () => this.#tell("state", "connected"));
    client.addEventListener("interrupted", () => this.#tell("state", "reconnecting"));
    client.addEventListener("gap", () =>
      this.#tell("problem", "The server says that something is gone."),
    );
    client.listen("/meta/*", ({ ext }) => ext?.node && this.#tell("answer", ext.node));
  }

  async start() {
    this.#joined = this.#join();
    await this.#joined;
    void this.#count();
  }

  /** One change after the other. */
  switchTransport(transport) {
    this.#switched = this.#switched.then(() => this.#switch(transport));
    return this.#switched;
  }

  /** A client cannot change its transport while it is connected: it says goodbye, and comes as a new one. */
  async #switch(transport) {
    this.#isSwitching = true;
    await this.#joined;
    await this.#sending;
    await this.#client.disconnect();
    this.#client.transports.reset();
    if (transport !== webSocket.type) this.#client.transports.remove(webSocket.type);
    this.#joined = this.#join();
    await this.#joined;
    this.#isSwitching = false;
  }

  /** Settles when the subscriptions are confirmed: whatever is published from then on has to come. */
  async #join() {
    this.#tell("joining");
    const client = this.#client;
    const ready = [
      client.subscribe("/nodes", ({ data }) => this.#tell("nodes", data)).ready,
      client.subscribe("/numbers/*", ({ channel, data }) => {
        this.#tell("number", { window: channel.split("/")[2], number: data });
      }).ready,
    ];
    await Promise.all([client.connect(), ...ready]).catch(({ message }) => {
      this.#tell("problem", `Not connected: ${message}`);
    });
  }

  /** One number after the other, each when the one before has its receipt: so they are in order, wherever they go. */
  async #count() {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, PACE));
      if (this.isPaused || this.#isSwitching) continue;
      this.#sending = this.#send();
      await this.#sending;
    }
  }

  async #send() {
    try {
      await this.#client.publish(`/numbers/${this.name}`, this.#last + 1);
      this.#last += 1;
      this.#tell("sent", this.#last);
    } catch (error) {
      this.#tell("problem", `Not sent: ${error.message}`);
    }
  }

  #tell(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }
}
