import { CometError } from "../comet-error.ts";
import { HEADERS, type Message } from "../message.ts";
import type { TransportHost } from "../transport.ts";
import type { FetchResponse } from "../world.ts";

/** Posts messages, all of which have the same headers. Without a signal it outlives the page. Rejects where the answer is none that has messages. */
export async function post(
  host: TransportHost,
  messages: readonly Message[],
  signal: AbortSignal | null = null,
): Promise<FetchResponse> {
  const headers = {
    "Content-Type": "application/json",
    ...(await host.headers()),
    ...messages[0]?.[HEADERS],
  };
  const response = await host.world.fetch(host.url, {
    ...{ method: "POST", headers, body: JSON.stringify(messages) },
    ...{ signal, keepalive: !signal },
  });
  if (response.ok) return response;
  const { status } = response;
  await response.body?.cancel();
  // That the server wants no such request will not change when it is made again.
  const isFinal = /^4(?!08|29)/.test(`${status}`);
  const code = isFinal ? "request_refused" : "connection_failed";
  throw new CometError(code, code, { status });
}
