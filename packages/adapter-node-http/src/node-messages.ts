import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";

/** A request as node:http, node:https or the compatibility API of node:http2 hands it out. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** What is worth keeping of a request when it is over: its streams and their buffers are not. */
export type RequestHead = Pick<NodeRequest, "headers">;

/**
 * The first value of a header. `name` is in lower case. What is asked of every request is read by its name and {@link firstOf}:
 * to look up what varies costs many times as much.
 */
export function headerOf(request: RequestHead, name: string): string | undefined {
  return firstOf(request.headers[name]);
}

/** The first of what node knows of a header. */
export function firstOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}

/** The host that the peer addressed, with the port unless it is the scheme's own. */
export function hostOf(request: NodeRequest): string | undefined {
  return headerOf(request, ":authority") ?? headerOf(request, "host");
}
