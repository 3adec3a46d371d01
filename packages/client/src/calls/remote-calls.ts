import { CometError } from "../comet-error.ts";
import { type Deferred, deferred } from "../deferred.ts";
import type { Outbox } from "../engine/outbox.ts";
import { HEADERS, type Message } from "../message.ts";
import type { MessageOptions } from "../message-options.ts";
import type { World } from "../world.ts";

export interface CallOptions extends MessageOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for the result. @default 30_000 */
  readonly timeout?: number | undefined;
}

/** Asks handlers on the server. */
export class RemoteCalls {
  readonly #outbox: Outbox;
  readonly #world: World;
  readonly #nextId: () => string;
  readonly #calls = new Map<unknown, Deferred<unknown>>();

  constructor(outbox: Outbox, world: World, nextId: () => string) {
    this.#outbox = outbox;
    this.#world = world;
    this.#nextId = nextId;
  }

  async call(
    target: string,
    data: unknown,
    { signal, timeout = 30_000, headers, ext }: CallOptions,
  ): Promise<unknown> {
    const { promise, resolve, reject } = deferred<unknown>();
    const id = this.#nextId();
    const message = { channel: `/service/${target}`, id, data: data ?? null, ext };
    const abort = (): void => reject(new CometError("aborted"));
    const cancel = this.#world.after(timeout, () => reject(new CometError("timeout")));
    this.#calls.set(id, { promise, resolve, reject });
    signal?.addEventListener("abort", abort);
    if (signal?.aborted === true) abort();
    else this.#outbox.send({ ...message, [HEADERS]: headers }).catch(reject);
    try {
      return await promise;
    } finally {
      cancel();
      signal?.removeEventListener("abort", abort);
      this.#calls.delete(id);
    }
  }

  /** True where the message was a result. */
  take(message: Message): boolean {
    const call = message.channel.startsWith("/service/") ? this.#calls.get(message.id) : undefined;
    if (message.successful === false) call?.reject(remoteError(message));
    else call?.resolve(message.data);
    return call !== undefined;
  }

  /** Nobody will answer what was asked so far. What waits to be asked goes on waiting. */
  fail(error: CometError): void {
    for (const [id, { reject }] of this.#calls) if (!this.#outbox.keeps(id)) reject(error);
  }
}

/** What a handler has answered instead of a result: its code and its text where it gave them. */
export function remoteError(reply: Message): CometError {
  const { code, message = code } = (reply.data ?? {}) as Partial<Record<string, string>>;
  return code === undefined ? CometError.of(reply) : new CometError(code, message, { reply });
}
