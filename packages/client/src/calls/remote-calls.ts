import { CometError } from "../comet-error.ts";
import type { Outbox } from "../engine/outbox.ts";
import type { Message } from "../message.ts";
import { MessageQueue } from "../subscriptions/message-queue.ts";
import type { Cancel, World } from "../world.ts";

export interface CallOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal;
  /** Milliseconds to wait for the result, or for the next one of a stream. @default 30_000 */
  readonly timeout?: number;
}

/** What a call that is under way is told. */
interface Call {
  take(message: Message): void;
  fail(error: CometError): void;
}

interface StreamMark {
  readonly done?: unknown;
}

/** Asks handlers on the server. */
export class RemoteCalls {
  readonly #outbox: Outbox;
  readonly #world: World;
  readonly #nextId: () => string;
  readonly #calls = new Map<unknown, Call>();

  constructor(outbox: Outbox, world: World, nextId: () => string) {
    this.#outbox = outbox;
    this.#world = world;
    this.#nextId = nextId;
  }

  /** Resolves to the first result. */
  async call(target: string, data: unknown, options: CallOptions): Promise<unknown> {
    for await (const value of this.#results(target, data, options)) return value;
    return undefined;
  }

  /** All results, as they come. Leaving the loop has the server stop. */
  stream(target: string, data: unknown, options: CallOptions): AsyncGenerator<unknown, void> {
    return this.#results(target, data, options);
  }

  /** True where the message was a result. */
  take(message: Message): boolean {
    const call = message.channel.startsWith("/service/") ? this.#calls.get(message.id) : undefined;
    call?.take(message);
    return call !== undefined;
  }

  /** Nobody will answer what was asked so far. */
  fail(error: CometError): void {
    for (const call of [...this.#calls.values()]) call.fail(error);
  }

  async *#results(
    target: string,
    data: unknown,
    { signal, timeout = 30_000 }: CallOptions,
  ): AsyncGenerator<unknown, void> {
    const question = { channel: `/service/${target}`, id: this.#nextId(), data: data ?? null };
    const queue = new MessageQueue<Message>({ overflow: "close" });
    const close = this.#watch(question, queue, signal);
    let isStreaming = false;
    try {
      for (;;) {
        const expire = (): void => queue.end(new CometError("timeout", `${target} is late.`));
        const cancel = this.#world.after(timeout, expire);
        const next = await finished(queue.next(), cancel);
        if (next.done === true) return;
        const mark = next.value.ext?.stream as StreamMark | undefined;
        isStreaming = mark !== undefined && mark.done !== true;
        if (next.value.successful === false) throw remoteError(next.value);
        if (mark?.done === true) return;
        yield next.value.data;
        if (mark === undefined) return;
      }
    } finally {
      close();
      if (isStreaming) this.#stop(question);
    }
  }

  /** Sends the question and has the answers put into the queue, until the result is called. */
  #watch(question: Message, queue: MessageQueue<Message>, signal?: AbortSignal): Cancel {
    const end = (error: CometError): void => queue.end(error);
    const abort = (): void => end(new CometError("aborted", "The call was given up."));
    const take = (message: Message): void => {
      if (!queue.push(message)) end(new CometError("overflow", "Results were not read in time."));
    };
    this.#calls.set(question.id, { take, fail: end });
    if (signal?.aborted === true) abort();
    else this.#outbox.send(question).catch(end);
    signal?.addEventListener("abort", abort);
    return () => {
      signal?.removeEventListener("abort", abort);
      this.#calls.delete(question.id);
    };
  }

  #stop({ channel, id }: Message): void {
    const message = { channel, ...(id !== undefined && { id }), ext: { stream: { cancel: true } } };
    this.#outbox.send({ ...message, data: null }).catch(() => undefined);
  }
}

async function finished<T>(result: Promise<T>, cancel: Cancel): Promise<T> {
  try {
    return await result;
  } finally {
    cancel();
  }
}

/** What a handler has answered instead of a result: its code and its text where it gave them. */
function remoteError(reply: Message): CometError {
  const { code, message } = (reply.data ?? {}) as Partial<Record<string, unknown>>;
  if (typeof code !== "string") return CometError.of(reply);
  return new CometError(code, typeof message === "string" ? message : code, { reply });
}
