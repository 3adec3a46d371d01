import { type ClientErrorCode, CometError } from "./comet-error.ts";
import type { Outbox } from "./engine/outbox.ts";
import { HEADERS, type Message } from "./message.ts";
import type { MessageOptions } from "./message-options.ts";
import { onAbort } from "./on-abort.ts";

export interface CallOptions extends MessageOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for the result. @default 30_000 */
  readonly timeout?: number | undefined;
}

/** Asks the handler of the target, and resolves to its result. */
export async function call(
  outbox: Outbox,
  target: string,
  data: unknown,
  { signal, timeout = 30_000, headers, ext }: CallOptions,
): Promise<unknown> {
  const id = outbox.nextId();
  // So that a server can tell it from a message that needs no handler.
  const question: Message = {
    channel: `/service/${target}`,
    id,
    data: data ?? null,
    ext: { call: true, ...ext },
    [HEADERS]: headers,
  };
  const answer = outbox.send(question, "call", timeout);
  const giveUp = (code: ClientErrorCode) => () => outbox.drop(id, new CometError(code));
  // It may have to wait before it is sent.
  const cancel = outbox.world.after(timeout, giveUp("timeout"));
  const release = onAbort(signal, giveUp("aborted"));
  try {
    const result = await answer;
    if (result.successful === false) throw CometError.of(result);
    return result.data;
  } finally {
    cancel();
    release();
  }
}
