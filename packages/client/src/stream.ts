import type { CallArguments, KnownTarget, StreamedBy } from "./call-map.ts";
import type { CometClient } from "./comet-client.ts";
import { type ClientErrorCode, CometError } from "./comet-error.ts";
import { HEADERS, type Message } from "./message.ts";
import { type CallOptions, remoteError } from "./remote-call.ts";
import { MessageQueue } from "./subscriptions/message-queue.ts";
import type { Cancel } from "./world.ts";

interface StreamMark {
  readonly done?: unknown;
}

/** The part of a client that is used. */
type Asked = Pick<CometClient, "send" | "use" | "addEventListener" | "clientId" | "world">;

let streams = 0;

/**
 * Asks the handler of the target for many results, which are yielded as they come. The server is asked when the loop begins,
 * and told to stop when it is left. `timeout` is the time between two results.
 */
export async function* stream<Target extends string, Channels, Calls>(
  client: CometClient<Channels, Calls>,
  target: KnownTarget<Calls, Target>,
  ...rest: CallArguments<Calls, Target>
): AsyncGenerator<StreamedBy<Calls, Target>, void> {
  const [data, given = {}]: readonly unknown[] = rest;
  const { signal, timeout = 30_000, headers, ext } = given as CallOptions;
  if (signal?.aborted === true) throw new CometError("aborted");
  const question = { channel: `/service/${target}`, id: `stream-${++streams}` };
  const results = new Results(client, question.id, signal);
  /** The server may be at it. */
  let isOpen = true;
  try {
    results.ask({
      ...question,
      data: data ?? null,
      ext: { call: true, ...ext },
      [HEADERS]: headers,
    });
    for (;;) {
      const message = await results.next(timeout);
      const mark = message?.ext?.stream as StreamMark | undefined;
      isOpen = mark !== undefined && mark.done !== true;
      if (message?.successful === false) throw remoteError(message);
      if (message === undefined || mark?.done === true) return;
      yield message.data as StreamedBy<Calls, Target>;
      if (mark === undefined) return;
    }
  } finally {
    results.close();
    if (isOpen && client.clientId !== undefined) {
      const stop = { ...question, data: null, ext: { stream: { cancel: true } } };
      client.send(stop).catch(() => undefined);
    }
  }
}

/** What comes for one question, until it fails or is closed. */
class Results {
  readonly #client: Asked;
  readonly #queue = new MessageQueue<Message>({ overflow: "close" });
  readonly #end = new AbortController();
  readonly #remove: Cancel;
  /** Who has asked; undefined until the server has the question. */
  #asker: string | undefined;

  constructor(client: Asked, id: string, signal: AbortSignal | undefined) {
    this.#client = client;
    this.#remove = client.use({
      incoming: (message) => {
        if (message.id !== id || message.data === undefined) return undefined;
        if (!this.#queue.push(message)) this.#fail("overflow");
        return null;
      },
    });
    const until = { signal: this.#end.signal };
    client.addEventListener("connected", () => this.#check(), until);
    client.addEventListener("disconnected", () => this.#fail("disconnected"), until);
    signal?.addEventListener("abort", () => this.#fail("aborted"), until);
  }

  ask(message: Message): void {
    this.#client.send(message).then(
      () => {
        this.#asker = this.#client.clientId;
      },
      (error) => this.#queue.end(error),
    );
  }

  /** The next one; undefined where there will be none. Rejects with what went wrong. */
  async next(timeout: number): Promise<Message | undefined> {
    const cancel = this.#client.world.after(timeout, () => this.#fail("timeout"));
    try {
      return (await this.#queue.next()).value;
    } finally {
      cancel();
    }
  }

  close(): void {
    this.#end.abort();
    this.#remove();
  }

  /** Whoever has asked is another client for the server than the one that is connected now. */
  #check(): void {
    if (this.#asker !== undefined && this.#asker !== this.#client.clientId) {
      this.#fail("session_lost");
    }
  }

  #fail(code: ClientErrorCode): void {
    this.#queue.end(new CometError(code));
  }
}
