import { isOfLines, linesOf } from "/site/lines.js";

/** Milliseconds until the server is tried again after something failed. */
const RETRY = 2_000;

/**
 * A small Bayeux client. It takes a stream of lines, or polls when it is to be slow. What happens comes as events with
 * a `detail`: `message`, `frame` (all messages of an answer or a line have been told), and `state` (`connected`,
 * `reconnecting`, `ended`).
 */
export class Feed extends EventTarget {
  #url;
  #channels;
  #clientId;
  #isSlow = false;
  #isOver = false;
  #endPause = () => {};

  constructor(url, channels) {
    super();
    this.#url = url;
    this.#channels = channels;
  }

  /** Connects again and again, until the server wants no more of it or it is stopped. */
  async run() {
    while (!this.#isOver) {
      try {
        await this.#arrive();
        while (!this.#isOver) await this.#connect();
      } catch {
        this.#clientId = undefined;
        if (this.#isOver) return;
        this.#tell("state", "reconnecting");
        await this.#pause(RETRY);
      }
    }
  }

  /** Reads a stream, or comes for what there is only now and then. */
  set isSlow(isSlow) {
    this.#isSlow = isSlow;
    this.#endPause();
    // A connect of another type ends the stream that is open.
    if (isSlow && this.#clientId !== undefined)
      this.#post([this.#connectMessage()]).catch(() => {});
  }

  /** Resolves to what the server answers on a service channel; undefined when there is no connection. */
  async ask(channel) {
    if (this.#clientId === undefined) return undefined;
    const replies = await this.#post([{ channel, clientId: this.#clientId, data: {} }]);
    return replies.find((reply) => reply.channel === channel && reply.data !== undefined)?.data;
  }

  /** For the moment in which the page goes. */
  stop() {
    this.#isOver = true;
    if (this.#clientId === undefined) return;
    const message = { channel: "/meta/disconnect", clientId: this.#clientId };
    navigator.sendBeacon(
      this.#url,
      new Blob([JSON.stringify([message])], { type: "application/json" }),
    );
  }

  async #arrive() {
    const supportedConnectionTypes = ["streaming", "polling"];
    const [reply] = await this.#post([
      { channel: "/meta/handshake", version: "1.0", supportedConnectionTypes },
    ]);
    const { clientId } = this.#obeyed(reply);
    this.#clientId = clientId;
    const subscription = this.#channels;
    await this.#post([{ channel: "/meta/subscribe", clientId, subscription }]);
  }

  async #connect() {
    const wasSlow = this.#isSlow;
    const replies = await this.#post([this.#connectMessage()]);
    const reply = this.#obeyed(replies.find(({ channel }) => channel === "/meta/connect"));
    this.#tell("state", "connected");
    // The advice is for the way in which it has come; it may go on in the other at once.
    if (wasSlow === this.#isSlow) await this.#pause(reply.advice?.interval ?? 0);
  }

  #connectMessage() {
    const connectionType = this.#isSlow ? "polling" : "streaming";
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
    for await (const text of framesOf(response)) {
      replies.push(...this.#sort(JSON.parse(text)));
      this.#tell("frame");
    }
    return replies;
  }

  #sort(messages) {
    const isReply = ({ channel }) => /^\/(meta|service)\//.test(channel);
    for (const message of messages) if (!isReply(message)) this.#tell("message", message);
    return messages.filter(isReply);
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      this.#endPause = resolve;
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
