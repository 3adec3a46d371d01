import type { Message } from "../message.ts";
import type { ITransport, TransportHost } from "../transport.ts";
import { type Exchange, exchange, Lane } from "./lane.ts";
import { post } from "./post.ts";

/** Two requests at most: a connect that the server holds, and one for everything else, which never waits for it. */
export class HttpTransport implements ITransport {
  readonly #host: TransportHost;
  readonly #connects: Lane;
  readonly #others: Lane;

  /** `hold` sends a connect. */
  constructor(host: TransportHost, hold: Exchange, send: Exchange = exchange) {
    this.#host = host;
    this.#connects = new Lane(host, hold);
    this.#others = new Lane(host, send);
  }

  send(messages: readonly Message[], isLast: boolean): void {
    if (isLast) {
      post(this.#host, messages).catch(() => undefined);
    } else if (messages[0]?.channel === "/meta/connect") {
      this.#connects.close();
      this.#connects.send(messages);
    } else this.#others.send(messages);
  }

  abandon(message: Message): void {
    this.#connects.abandon(message);
    this.#others.abandon(message);
  }

  close(): void {
    this.#connects.close();
    this.#others.close();
  }
}
