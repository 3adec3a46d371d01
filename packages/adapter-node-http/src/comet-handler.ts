import { refuse } from "./http/answer.ts";
import { HttpEndpoint } from "./http/http-endpoint.ts";
import type { NodeRequest, NodeResponse } from "./node-messages.ts";
import type { ServedComet } from "./served-comet.ts";
import { type CometHttpOptions, settingsOf } from "./settings.ts";

export interface CometHandler {
  /**
   * Answers a request under the path. Any other goes on to `next`, or is answered 404 where there is none.
   * Never throws.
   */
  (request: NodeRequest, response: NodeResponse, next?: () => void): void;
  /** From now on, every request goes on to `next`. Requests that are under way are still answered. */
  detach(): void;
}

/**
 * Polling and streams for use inside a framework, with or without a body parser before it. WebSockets do not come
 * this way: see `attachWebSockets`.
 */
export function createCometHandler(
  comet: ServedComet,
  options: CometHttpOptions = {},
): CometHandler {
  const endpoint = new HttpEndpoint(comet, settingsOf(options));
  const withdraw = endpoint.announce();
  let isAttached = true;
  const handle = (request: NodeRequest, response: NodeResponse, next?: () => void): void => {
    if (isAttached && endpoint.owns(request)) endpoint.handle(request, response);
    else if (next !== undefined) next();
    else refuse(response, { status: 404, text: "Not found." });
  };
  const detach = (): void => {
    isAttached = false;
    withdraw();
  };
  return Object.assign(handle, { detach });
}
