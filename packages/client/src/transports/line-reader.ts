import { CometError } from "../comet-error.ts";
import { messagesIn } from "../message.ts";
import type { Exchange } from "./lane.ts";
import { post } from "./post.ts";

/** Milliseconds in which the first line has to come. A server sends one at once, so one that is late was held back. */
const FIRST_LINE = 5_000;

/** Posts a connect and passes on each line of the answer as it comes. */
export const readLines: Exchange = async (host, messages, signal) => {
  const cancel = host.world.after(FIRST_LINE, () => {
    host.fail(new CometError("transport_unfit"), messages);
  });
  let cause: unknown = "no reply";
  try {
    const { body } = await post(host, messages, signal);
    for await (const line of linesOf(body as ReadableStream<Uint8Array>)) {
      if (signal.aborted) break;
      cancel();
      host.alive();
      host.receive(messagesIn(JSON.parse(line)));
    }
  } catch (caught) {
    cause = caught;
  }
  cancel();
  if (!signal.aborted) host.fail(cause, messages);
  return undefined;
};

/** Lines as they are complete, and what is left at the end: an answer that is no stream has no line at all. */
async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() as string;
      yield* lines;
    }
  } finally {
    // Whoever stops reading has the rest thrown away, and not left to fill up.
    void reader.cancel().catch(() => undefined);
  }
  if (rest) yield rest;
}
