import { isOfLines, linesOf } from "/site/lines.js";

/** Milliseconds until the server is tried again after something failed. */
const RETRY = 2_000;

/**
 * A small Bayeux client. What happens comes as events with a `detail`: `message`, `frame` (all messages of an answer, a
 * line or an event have been told), and `state` (`connected`, `reconnecting`, `ended`).
 */
export class Feed extends EventTarget {
  #url;
  #channels;
  #way;
  #clientId;
  #isOver = false;
  #goOn = () => {};

  /** The way is the connection type: `streaming`, `eventsource` or `polling`. */
  constructor(url, { channels, way }) {
    super();
    this.#url = url;
    this.#channels = channels;
    this.#way = way;
  }

  /** Connects again and again, until the server wants no more of it or it is stopped. */
  async run() {
    while (!this.#isOver) {
      try {
        await this.#arrive();
        while (!this.#isOver) await this.#read();
      } catch {
        this.#clientId = undefined;
        if (this.#isOver) return;
        this.#tell("state", "reconnecting");
        await this.#pause(RETRY);
      }
    }
  }

  /** Goes on in another way. */
  async take(way) {
    this.#way = way;
    // Ends the stream that is open, with all that was on its way.
    if (this.#clientId !== undefined) await this.#post([this.#connect("polling")]).catch(() => {});
    this.#goOn();
  }

  /** Resolves to what a remote call is answered; undefined when there is no connection. */
  async call(target) {
    if (this.#clientId === undefined) return undefined;
    const channel = `/service/${target}`;
    const replies = await this.#post([{ channel, clientId: this.#clientId, data: {} }]);
    return replies.find((reply) => reply.channel === channel && reply.data !== undefined)?.data;
  }

  /** For the moment in which the page goes. */
  stop() {
    this.#isOver = true;
    if (this.#clientId === undefined) return;
    const message = { channel: "/meta/disconnect", clientId: this.#clientId };
    const body = new Blob([JSON.stringify([message])], { type: "application/json" });
    navigator.sendBeacon(this.#url, body);
  }

  async #arrive() {
    const supportedConnectionTypes = ["streaming", "eventsource", "polling"];
    const [reply] = await this.#post([
      { channel: "/meta/handshake", version: "1.0", supportedConnectionTypes },
    ]);
    const { clientId } = this.#obeyed(reply);
    const subscription = this.#channels;
    await this.#post([{ channel: "/meta/subscribe", clientId, subscription }]);
    this.#clientId = clientId;
  }

  #read() {
    return this.#way === "eventsource" ? this.#listen() : this.#fetch(this.#way);
  }

  /** One connect, answered at once or with a stream of lines, and the pause that the server wants after it. */
  async #fetch(way) {
    const replies = await this.#post([this.#connect(way)]);
    const reply = this.#obeyed(replies.find(({ channel }) => channel === "/meta/connect"));
    this.#tell("state", "connected");
    if (way === this.#way) await this.#pause(reply.advice?.interval ?? 0);
  }

  /** Events, which need no connect. Rejects when the server does not know this client any more. */
  #listen() {
    const source = new EventSource(`${this.#url}/${this.#clientId}`);
    const end = new Promise((resolve, reject) => {
      this.#goOn = resolve;
      source.onopen = () => this.#tell("state", "connected");
      source.onmessage = ({ data }) => this.#take(data);
      source.onerror = () => {
        if (source.readyState === EventSource.CLOSED) reject(new Error("the client is not known"));
        else this.#tell("state", "reconnecting");
      };
    });
    return end.finally(() => source.close());
  }

  #connect(connectionType) {
    return { channel: "/meta/connect", clientId: this.#clientId, connectionType };
  }

  /** Throws when there was no such reply, or the client has to begin anew. */
  #obeyed(reply) {
    if (reply?.advice?.reconnect === "none") {
      this.#isOver = true;
      this.#tell("state", "ended");
    }
    if (!reply?.successful) throw new Error(reply?.error ?? "not answered");
    return reply;
  }

  /** Resolves to the replies, once all is answered. What else comes is told as it comes. */
  async #post(messages) {
    const response = await fetch(this.#url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      cache: "no-store",
      body: JSON.stringify(messages),
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const replies = [];
    for await (const text of framesOf(response)) replies.push(...this.#take(text));
    return replies;
  }

  /** Tells the messages, and returns the replies among them. */
  #take(text) {
    const messages = JSON.parse(text);
    const isReply = ({ channel }) => /^\/(meta|service)\//.test(channel);
    for (const message of messages) if (!isReply(message)) this.#tell("message", message);
    this.#tell("frame");
    return messages.filter(isReply);
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      this.#goOn = resolve;
      setTimeout(resolve, milliseconds);
    });
  }

  #tell(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }
}

async function* framesOf(response) {
  if (isOfLines(response)) yield* linesOf(response.body);
  else yield await response.text();
}
