import { asCometError, CometError } from "../comet-error.ts";
import { HEADERS, type Message, messagesIn } from "../message.ts";
import type { TransportHost } from "../transport.ts";
import { post } from "./post.ts";

/** Messages in one request. Servers have limits, of which clients are not told. */
const MOST_MESSAGES = 50;
/** Characters in one request, a single larger message excepted. */
const MOST_TEXT = 32_768;

/** Makes one request. What fails, or gets no reply, is told to the host. Resolves to what went wrong. */
export type Exchange = (
  host: TransportHost,
  messages: readonly Message[],
  signal: AbortSignal,
) => Promise<CometError | undefined>;

/** Sends by one request at a time. What comes meanwhile waits, and goes together. */
export class Lane {
  readonly #host: TransportHost;
  readonly #exchange: Exchange;
  #waiting: Message[] = [];
  #sent: readonly Message[] = [];
  #end = new AbortController();

  constructor(host: TransportHost, exchange: Exchange) {
    this.#host = host;
    this.#exchange = exchange;
  }

  send(messages: readonly Message[]): void {
    this.#waiting.push(...messages);
    if (this.#sent.length === 0) void this.#run();
  }

  /** Takes what went in the same request with it. */
  abandon(message: Message): void {
    if (this.#sent.includes(message)) this.#end.abort();
    this.#waiting = this.#waiting.filter((other) => other !== message);
  }

  /** What is sent after that waits for nothing of before. */
  close(): void {
    this.#waiting = [];
    this.#sent = [];
    this.#end.abort();
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const sent = this.#next();
      this.#sent = sent;
      this.#end = new AbortController();
      const error = await this.#exchange(this.#host, sent, this.#end.signal);
      if (this.#sent !== sent) return;
      this.#sent = [];
      // What comes after it must not overtake it.
      if (error?.code === "connection_failed") {
        this.#host.fail(new CometError("not_sent"), [...this.#waiting]);
      }
    }
  }

  #next(): readonly Message[] {
    const [first] = this.#waiting;
    let text = 0;
    const end = this.#waiting.findIndex((message, index) => {
      text += JSON.stringify(message).length;
      const isOther = message[HEADERS] !== first?.[HEADERS];
      return index > 0 && (isOther || index === MOST_MESSAGES || text > MOST_TEXT);
    });
    return this.#waiting.splice(0, end < 0 ? MOST_MESSAGES : end);
  }
}

/** One request with its whole answer. */
export const exchange: Exchange = async (host, messages, signal) => {
  let error: CometError | undefined;
  try {
    const response = await post(host, messages, signal);
    const received = messagesIn(await response.json());
    if (!signal.aborted) host.receive(received);
  } catch (cause) {
    error = asCometError(cause, "connection_failed");
  }
  host.fail(error ?? "There is no reply.", messages);
  return error;
};
