import { type CallOptions, remoteError } from "./calls/remote-calls.ts";
import type { CometClient } from "./comet-client.ts";
import { CometError } from "./comet-error.ts";
import { HEADERS, type Message } from "./message.ts";
import { MessageQueue } from "./subscriptions/message-queue.ts";

interface StreamMark {
  readonly done?: unknown;
}

let streams = 0;

/**
 * Asks the handler of the target for many results, which are yielded as they come. The server is asked when the loop begins,
 * and told to stop when it is left. `timeout` is the time between two results.
 */
export async function* stream<Result = unknown>(
  client: Pick<CometClient, "send" | "use" | "addEventListener" | "clientId" | "world">,
  target: string,
  data?: unknown,
  { signal, timeout = 30_000, headers, ext }: CallOptions = {},
): AsyncGenerator<Result, void> {
  const question = { channel: `/service/${target}`, id: `stream-${++streams}` };
  const results = new MessageQueue<Message>({ overflow: "close" });
  const end = new AbortController();
  const fail = (error: CometError): void => results.end(error);
  let asker: string | undefined;
  let isStreaming = false;
  try {
    const remove = client.use({
      incoming: (message) => {
        if (message.id !== question.id || message.data === undefined) return undefined;
        if (!results.push(message)) results.end(new CometError("overflow"));
        return null;
      },
    });
    end.signal.addEventListener("abort", remove);
    client.addEventListener(
      "connected",
      () => {
        if (asker !== undefined && asker !== client.clientId) fail(new CometError("session_lost"));
      },
      { signal: end.signal },
    );
    client.addEventListener("disconnected", () => fail(new CometError("disconnected")), {
      signal: end.signal,
    });
    signal?.addEventListener("abort", () => fail(new CometError("aborted")), {
      signal: end.signal,
    });
    if (signal?.aborted === true) throw new CometError("aborted");
    const message = { ...question, data: data ?? null, ext, [HEADERS]: headers };
    client.send(message).then(() => {
      asker = client.clientId;
    }, fail);
    for (;;) {
      const cancel = client.world.after(timeout, () => fail(new CometError("timeout")));
      const { value } = await results.next().finally(cancel);
      if (value === undefined) return;
      const mark = value.ext?.stream as StreamMark | undefined;
      isStreaming = mark !== undefined && mark.done !== true;
      if (value.successful === false) throw remoteError(value);
      if (mark?.done === true) return;
      yield value.data as Result;
      if (mark === undefined) return;
    }
  } finally {
    end.abort();
    if (isStreaming) {
      const ext = { stream: { cancel: true } };
      client.send({ ...question, data: null, ext }).catch(() => undefined);
    }
  }
}
