import { CometError } from "../comet-error.ts";
import type { Outbox } from "../engine/outbox.ts";
import { HEADERS, type Message } from "../message.ts";
import type { MessageOptions } from "../message-options.ts";
import { MessageQueue } from "../subscriptions/message-queue.ts";
import type { World } from "../world.ts";

export interface CallOptions extends MessageOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal;
  /** Milliseconds to wait for the result, or for the next one of a stream. @default 30_000 */
  readonly timeout?: number;
}

interface StreamMark {
  readonly done?: unknown;
}

/** Asks handlers on the server. */
export class RemoteCalls {
  readonly #outbox: Outbox;
  readonly #world: World;
  readonly #nextId: () => string;
  readonly #calls = new Map<unknown, MessageQueue<Message>>();

  constructor(outbox: Outbox, world: World, nextId: () => string) {
    this.#outbox = outbox;
    this.#world = world;
    this.#nextId = nextId;
  }

  /** Resolves to the first result. */
  async call(target: string, data: unknown, options: CallOptions): Promise<unknown> {
    for await (const value of this.stream(target, data, options)) return value;
    return undefined;
  }

  /** True where the message was a result. */
  take(message: Message): boolean {
    const { channel, id } = message;
    const queue = channel.startsWith("/service/") ? this.#calls.get(id) : undefined;
    if (queue?.push(message) === false) {
      queue.end(new CometError("overflow", "Results were not read in time."));
    }
    return queue !== undefined;
  }

  /** Nobody will answer what was asked so far. */
  fail(error: CometError): void {
    for (const queue of this.#calls.values()) queue.end(error);
  }

  /** All results, as they come. Leaving the loop has the server stop. */
  async *stream(
    target: string,
    data: unknown,
    { signal, timeout = 30_000, headers, ext }: CallOptions,
  ): AsyncGenerator<unknown, void> {
    const question = { channel: `/service/${target}`, id: this.#nextId(), data: data ?? null };
    const queue = new MessageQueue<Message>({ overflow: "close" });
    const abort = (): void => queue.end(new CometError("aborted", "The call was given up."));
    this.#calls.set(question.id, queue);
    if (signal?.aborted === true) abort();
    else
      this.#send(
        { ...question, ...(ext && { ext }), ...(headers && { [HEADERS]: headers }) },
        queue,
      );
    signal?.addEventListener("abort", abort);
    let isStreaming = false;
    try {
      for (;;) {
        const message = await this.#next(queue, timeout);
        if (message === undefined) return;
        const mark = message.ext?.stream as StreamMark | undefined;
        isStreaming = mark !== undefined && mark.done !== true;
        if (message.successful === false) throw remoteError(message);
        if (mark?.done === true) return;
        yield message.data;
        if (mark === undefined) return;
      }
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#calls.delete(question.id);
      if (isStreaming) this.#send({ ...question, data: null, ext: { stream: { cancel: true } } });
    }
  }

  #send(message: Message, queue?: MessageQueue<Message>): void {
    this.#outbox.send(message).catch((error) => queue?.end(error));
  }

  async #next(queue: MessageQueue<Message>, timeout: number): Promise<Message | undefined> {
    const cancel = this.#world.after(timeout, () => {
      queue.end(new CometError("timeout", `There was no result within ${timeout} ms.`));
    });
    try {
      return (await queue.next()).value;
    } finally {
      cancel();
    }
  }
}

/** What a handler has answered instead of a result: its code and its text where it gave them. */
function remoteError(reply: Message): CometError {
  const { code, message } = (reply.data ?? {}) as Partial<Record<string, unknown>>;
  if (typeof code !== "string") return CometError.of(reply);
  return new CometError(code, typeof message === "string" ? message : code, { reply });
}
