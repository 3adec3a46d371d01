import { CometClient } from "/client/index.js";
import { longPolling } from "/client/long-polling.js";
import { streaming } from "/client/streaming.js";
import { eventSource } from "./event-source.js";

/** The same requests as long polling makes, of which the server holds none. */
const polling = { ...longPolling, type: "polling" };

/**
 * What the server tells, read in one way or another. What happens comes as events with a `detail`: `message`, `begun` (the
 * server knows nothing of what was before), and `state` (`connected`, `reconnecting`, `ended`).
 */
export class Feed extends EventTarget {
  #client = new CometClient("/comet", { transports: [streaming, eventSource, polling] });
  #channels;
  #way;

  constructor(channels) {
    super();
    this.#channels = channels;
    const client = this.#client;
    client.listen("/meta/handshake", () => this.#tell("begun"));
    client.addEventListener("connected", () => this.#tell("state", "connected"));
    client.addEventListener("interrupted", () => this.#tell("state", "reconnecting"));
    client.addEventListener("disconnected", ({ error }) => {
      if (error) this.#tell("state", "ended");
    });
  }

  /** Reads in this way from now on: `streaming`, `eventsource` or `polling`. */
  async take(way) {
    const client = this.#client;
    this.#way = way;
    await client.disconnect();
    // Another one may have been chosen meanwhile.
    if (way !== this.#way || client.state !== "disconnected") return;
    client.transports.reset();
    for (const { type } of client.transports.all) if (type !== way) client.transports.remove(type);
    for (const channel of this.#channels) {
      client.subscribe(channel, (message) => this.#tell("message", message));
    }
    // What becomes of it is told by events.
    await client.connect().catch(() => {});
  }

  /** Resolves to what a remote call is answered; undefined when there is no connection. */
  async call(target) {
    return this.#client.state === "connected" ? this.#client.call(target) : undefined;
  }

  #tell(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }
}
