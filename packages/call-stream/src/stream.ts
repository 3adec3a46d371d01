import {
  type CallArguments,
  type CallOptions,
  type CometClient,
  CometError,
  HEADERS,
  type KnownTarget,
  type StreamedBy,
} from "@encke/client";
import { Results } from "./results.ts";

interface StreamMark {
  readonly done?: unknown;
}

let streams = 0;

/**
 * Asks the handler of the target for many results, which are yielded as they come. The server is asked when the loop begins,
 * and told to stop when it is left. `timeout` is the time between two results. Throws a `CometError`.
 */
export async function* stream<Target extends string, Channels, Calls>(
  client: CometClient<Channels, Calls>,
  target: KnownTarget<Calls, Target>,
  ...rest: CallArguments<Calls, Target>
): AsyncGenerator<StreamedBy<Calls, Target>, void> {
  const [data, given = {}]: readonly unknown[] = rest;
  const { signal, timeout = 30_000, headers, ext } = given as CallOptions;
  if (signal?.aborted === true) throw new CometError("aborted");
  const question = {
    channel: `/service/${target}`,
    id: `stream-${++streams}`,
    [HEADERS]: headers,
  };
  const results = new Results(client, question.id, signal);
  /** The server may be at it. */
  let isOpen = true;
  try {
    results.ask({
      ...question,
      data: data ?? null,
      ext: { call: true, ...ext },
    });
    for (;;) {
      const message = await results.next(timeout);
      const mark = message.ext?.stream as StreamMark | undefined;
      isOpen = mark !== undefined && mark.done !== true;
      if (message.successful === false) throw CometError.of(message);
      if (mark?.done === true) return;
      yield message.data as StreamedBy<Calls, Target>;
      if (mark === undefined) return;
    }
  } finally {
    results.close();
    if (isOpen && client.clientId !== undefined) {
      const stop = { ...question, data: null, ext: { ...ext, stream: { cancel: true } } };
      client.send(stop).catch(() => undefined);
    }
  }
}
