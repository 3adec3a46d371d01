import { CometError } from "../comet-error.ts";
import type { Message } from "../message.ts";
import type { TransportHost } from "../transport.ts";
import type { FetchResponse } from "../world.ts";

/** Posts the messages. Rejects where the answer is none that has messages. */
export async function post(
  host: TransportHost,
  messages: readonly Message[],
  signal: AbortSignal,
): Promise<FetchResponse> {
  const headers = { "Content-Type": "application/json", ...(await host.headers()) };
  const body = JSON.stringify(messages);
  const response = await host.world.fetch(host.url, { method: "POST", headers, body, signal });
  if (response.ok) return response;
  const { status } = response;
  await response.body?.cancel();
  throw new CometError("connection_failed", `The server answered ${status}.`, { status });
}
