import { longPolling } from "/client/long-polling.js";

/** A transport of our own: messages come as server-sent events, and everything else goes as it does with long polling. */
export const eventSource = {
  type: "eventsource",
  isSupported: () => "EventSource" in globalThis,
  open: (host) => new EventSourceTransport(host),
};

/** The server needs no connects beside a stream of events. They are answered here, by what becomes of the stream. */
class EventSourceTransport {
  #host;
  #requests;
  #source;
  /** The connect that waits until the stream is open, or until it breaks. */
  #held;
  #lastEventId = "";

  constructor(host) {
    this.#host = host;
    this.#requests = longPolling.open(host);
  }

  send(messages, isLast) {
    const [first] = messages;
    if (first.channel !== "/meta/connect") {
      this.#requests.send(messages, isLast);
      return;
    }
    this.#held = first;
    this.#source ??= this.#listen(first.clientId);
    if (this.#source.readyState === EventSource.OPEN) this.#opened();
  }

  abandon(message) {
    if (message === this.#held) this.#end();
    else this.#requests.abandon(message);
  }

  close() {
    this.#end();
    this.#requests.close();
  }

  #listen(clientId) {
    const position = new URLSearchParams(this.#lastEventId && { lastEventId: this.#lastEventId });
    const source = new EventSource(`${this.#host.url}/${clientId}?${position}`);
    source.onopen = () => this.#opened();
    source.onmessage = ({ data, lastEventId }) => {
      this.#lastEventId = lastEventId;
      this.#host.alive();
      this.#take(JSON.parse(data));
    };
    source.addEventListener("heartbeat", () => this.#host.alive());
    source.onerror = () => this.#broken();
    return source;
  }

  /** The connect that asks for an answer at once has it now. The one after it is held. */
  #opened() {
    if (this.#held?.advice?.timeout === 0) this.#answer({ successful: true });
  }

  /** What the stream says of a connect, such as that the server does not know the client, is the answer to the one that is held. */
  #take(messages) {
    const isAnswer = ({ channel }) => channel === "/meta/connect";
    this.#host.receive(messages.filter((message) => !isAnswer(message)));
    const answer = messages.find(isAnswer);
    if (answer !== undefined) this.#answer(answer);
  }

  /** The browser opens it again by itself, unless the server wants no more of it. */
  #broken() {
    if (this.#source.readyState === EventSource.CLOSED) {
      this.#end();
      this.#answer({ successful: false, advice: { reconnect: "handshake" } });
    } else if (this.#held !== undefined) {
      const held = this.#held;
      this.#held = undefined;
      this.#host.fail("The stream of events broke.", [held]);
    }
  }

  #answer(reply) {
    if (this.#held === undefined) return;
    const { channel, id } = this.#held;
    this.#held = undefined;
    this.#host.receive([{ ...reply, channel, id }]);
  }

  #end() {
    this.#source?.close();
    this.#source = undefined;
  }
}
