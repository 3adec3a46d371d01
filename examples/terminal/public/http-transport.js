import { isOfLines, linesOf } from "/site/lines.js";

/**
 * Every frame is the body of a POST, and so is every answer: long polling and polling. A server that streams answers
 * a connect with many frames, a line for each.
 */
export class HttpTransport {
  #target;
  #listener;
  #requests = new AbortController();

  /**
   * The listener is told of frames, `frame({ direction, text, note, took })`, and by `ended(text)` that nothing more
   * comes for a frame that was sent.
   */
  constructor(target, listener) {
    this.#target = target;
    this.#listener = listener;
  }

  async send(text) {
    const startedAt = performance.now();
    this.#listener.frame({ direction: "sent", text, note: "POST" });
    try {
      await this.#receive(await this.#post(text), startedAt);
    } catch (error) {
      this.#fail(error);
    }
    if (!this.#requests.signal.aborted) this.#listener.ended(text);
  }

  close() {
    this.#requests.abort();
  }

  #post(body) {
    const { url, withCookies } = this.#target;
    return fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      credentials: withCookies ? "include" : "same-origin",
      cache: "no-store",
      signal: this.#requests.signal,
      body,
    });
  }

  async #receive(response, startedAt) {
    const note = `${response.status} ${response.statusText}`.trim();
    if (isOfLines(response)) {
      for await (const text of linesOf(response.body)) {
        this.#listener.frame({ direction: "received", text, note });
      }
      return;
    }
    const text = await response.text();
    const took = performance.now() - startedAt;
    this.#listener.frame({ direction: response.ok ? "received" : "failed", text, note, took });
  }

  #fail(error) {
    if (this.#requests.signal.aborted) return;
    const text = `${error.message}. Is the server there, and does it let pages of ${location.origin} use it?`;
    this.#listener.frame({ direction: "failed", text, note: "POST" });
  }
}
