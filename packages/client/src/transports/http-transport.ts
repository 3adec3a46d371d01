import type { Message } from "../message.ts";
import type { ITransport, TransportHost } from "../transport.ts";
import { Lane } from "./lane.ts";
import { post } from "./post.ts";

/** Has the answer to a connect passed on to the host. Never rejects. */
export type Hold = (host: TransportHost, connect: Message, signal: AbortSignal) => Promise<void>;

/** Two requests at most: a connect that the server holds, and one for everything else, which never waits for it. */
export class HttpTransport implements ITransport {
  readonly #host: TransportHost;
  readonly #hold: Hold;
  readonly #lane: Lane;
  #held: { readonly connect: Message; readonly end: AbortController } | undefined;

  constructor(host: TransportHost, hold: Hold) {
    this.#host = host;
    this.#hold = hold;
    this.#lane = new Lane(host);
  }

  send(messages: readonly Message[], isLast: boolean): void {
    const [first] = messages;
    if (isLast) {
      post(this.#host, messages).catch(() => undefined);
      return;
    }
    if (first?.channel !== "/meta/connect") {
      this.#lane.send(messages);
      return;
    }
    this.#held?.end.abort();
    const end = new AbortController();
    this.#held = { connect: first, end };
    void this.#hold(this.#host, first, end.signal);
  }

  abandon(message: Message): void {
    if (this.#held?.connect === message) this.#held.end.abort();
    else this.#lane.abandon(message);
  }

  close(): void {
    this.#held?.end.abort();
    this.#lane.close();
  }
}
