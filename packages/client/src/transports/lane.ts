import { asCometError, CometError } from "../comet-error.ts";
import { HEADERS, type Message, messagesIn } from "../message.ts";
import type { TransportHost } from "../transport.ts";
import { post } from "./post.ts";

/** Messages in one request. Servers have limits, of which clients are not told. */
const MOST_MESSAGES = 50;
/** Characters in one request, a single larger message excepted. */
const MOST_TEXT = 32_768;

/** Sends by one request at a time. What comes meanwhile waits, and goes together. */
export class Lane {
  readonly #host: TransportHost;
  #waiting: readonly Message[] = [];
  #underWay: { readonly messages: readonly Message[]; readonly end: AbortController } | undefined;

  constructor(host: TransportHost) {
    this.#host = host;
  }

  send(messages: readonly Message[]): void {
    this.#waiting = [...this.#waiting, ...messages];
    if (this.#underWay === undefined) void this.#run();
  }

  /** False where the message is not here. Takes what went in the same request with it. */
  abandon(message: Message): boolean {
    if (this.#underWay?.messages.includes(message)) {
      this.#underWay.end.abort();
      return true;
    }
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter((other) => other !== message);
    return this.#waiting.length < before;
  }

  close(): void {
    this.#waiting = [];
    this.#underWay?.end.abort();
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const messages = this.#next();
      const end = new AbortController();
      this.#underWay = { messages, end };
      const error = await exchange(this.#host, messages, end.signal);
      this.#underWay = undefined;
      // What comes after it must not overtake it.
      if (error?.code === "connection_failed") {
        this.#host.fail(new CometError("not_sent", "A message before it failed."), this.#waiting);
      }
    }
  }

  #next(): readonly Message[] {
    let text = 0;
    const over = this.#waiting.findIndex((message, index) => {
      text += JSON.stringify(message).length;
      const isOther = message[HEADERS] !== this.#waiting[0]?.[HEADERS];
      return index > 0 && (isOther || index === MOST_MESSAGES || text > MOST_TEXT);
    });
    const count = over === -1 ? this.#waiting.length : over;
    const messages = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return messages;
  }
}

/** One request with its whole answer. What fails, or gets no reply, is told to the host. Resolves to what went wrong. */
export async function exchange(
  host: TransportHost,
  messages: readonly Message[],
  signal: AbortSignal,
): Promise<CometError | undefined> {
  let error: CometError | undefined;
  try {
    const response = await post(host, messages, signal);
    const received = messagesIn(await response.json());
    if (!signal.aborted) host.receive(received);
  } catch (cause) {
    error = asCometError(cause, "connection_failed");
  }
  host.fail(error ?? new Error("The answer has no reply to this message."), messages);
  return error;
}
