import { messagesIn } from "./frame-text.js";
import { HttpTransport } from "./http-transport.js";

/** What the server says comes as server-sent events, once the client has connected; what the page says, by POST. */
export class EventTransport {
  #url;
  #withCookies;
  #listener;
  #http;
  #source;
  #clientId;

  constructor(target, listener) {
    this.#url = target.url;
    this.#withCookies = target.withCookies;
    this.#listener = listener;
    this.#http = new HttpTransport(target, listener);
  }

  send(text) {
    const connect = messagesIn(text)?.find(({ channel }) => channel === "/meta/connect");
    if (connect !== undefined) this.#listenFor(connect.clientId);
    return this.#http.send(text);
  }

  close() {
    this.#source?.close();
    this.#http.close();
  }

  #listenFor(clientId) {
    const isOpen = this.#source !== undefined && this.#source.readyState !== EventSource.CLOSED;
    if (isOpen && clientId === this.#clientId) return;
    this.#source?.close();
    this.#clientId = clientId;
    const url = `${this.#url.replace(/\/$/, "")}/${encodeURIComponent(clientId)}`;
    const source = new EventSource(url, { withCredentials: this.#withCookies });
    const hear = ({ type, data, lastEventId }) => {
      const note = `${type} ${lastEventId}`.trim();
      this.#listener.frame({ direction: "received", text: data, note });
    };
    source.addEventListener("message", hear);
    source.addEventListener("heartbeat", hear);
    source.onerror = () => this.#stumble(source);
    this.#source = source;
  }

  #stumble({ readyState }) {
    const text =
      readyState === EventSource.CLOSED
        ? "The stream of events has ended."
        : "The stream of events was cut off. The browser opens it again.";
    this.#listener.frame({ direction: "failed", text, note: "GET" });
  }
}
