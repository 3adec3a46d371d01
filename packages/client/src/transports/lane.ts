import { asCometError, CometError } from "../comet-error.ts";
import { HEADERS, type Message, messagesIn } from "../message.ts";
import type { TransportHost } from "../transport.ts";
import type { FetchResponse } from "../world.ts";
import { post } from "./post.ts";

/** Messages in one request. Servers have limits, of which clients are not told. */
const MOST_MESSAGES = 50;
/** Characters in one request, a single larger message excepted. */
const MOST_TEXT = 32_768;

/** Makes one request. What fails, or gets no reply, is told to the host, unless it was aborted. Resolves to what went wrong. */
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
  #end: AbortController | undefined;

  constructor(host: TransportHost, exchange: Exchange) {
    this.#host = host;
    this.#exchange = exchange;
  }

  send(messages: readonly Message[]): void {
    this.#waiting.push(...messages);
    if (this.#sent.length === 0) void this.#run();
  }

  /** What went in the same request fails with it, and what comes after that must not overtake it. */
  abandon({ id }: Message): void {
    const isOther = (other: Message): boolean => other.id !== id;
    const others = this.#sent.filter(isOther);
    const waiting = this.#waiting.filter(isOther);
    if (others.length === this.#sent.length) this.#waiting = waiting;
    else {
      this.close();
      this.#host.fail("no reply", others);
      this.#host.fail(new CometError("not_sent"), waiting);
    }
  }

  /** What is sent after that waits for nothing of before. */
  close(): void {
    this.#waiting = [];
    this.#sent = [];
    this.#end?.abort();
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const end = new AbortController();
      this.#end = end;
      this.#sent = this.#next();
      const error = await this.#exchange(this.#host, this.#sent, end.signal);
      if (this.#end !== end) return;
      this.#sent = [];
      if (error?.code === "connection_failed") {
        this.#host.fail(new CometError("not_sent"), [...this.#waiting]);
      }
    }
  }

  #next(): readonly Message[] {
    let text = 0;
    const end = this.#waiting.findIndex((message, index) => {
      text += JSON.stringify(message).length;
      const isOther = message[HEADERS] !== this.#waiting[0]?.[HEADERS];
      return isOther || (index > 0 && text > MOST_TEXT);
    });
    return this.#waiting.splice(0, end < 0 ? MOST_MESSAGES : Math.min(end, MOST_MESSAGES));
  }
}

/** One request with its whole answer, which may come another way. */
export async function exchange(
  host: TransportHost,
  messages: readonly Message[],
  signal: AbortSignal,
  answer: Promise<Pick<FetchResponse, "json">> = post(host, messages, signal),
): Promise<CometError | undefined> {
  let error: CometError | undefined;
  try {
    const received = messagesIn(await (await answer).json());
    if (!signal.aborted) host.receive(received);
  } catch (cause) {
    error = asCometError(cause);
  }
  if (!signal.aborted) host.fail(error ?? "no reply", messages);
  return error;
}
