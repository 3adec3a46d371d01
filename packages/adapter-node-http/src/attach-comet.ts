import type { Server } from "node:http";
import type { Http2SecureServer, Http2Server } from "node:http2";
import type { Server as SecureServer } from "node:https";
import { checkFastLane, type LaneServer, openFastLane } from "./fast-lane/index.ts";
import { HttpEndpoint } from "./http/http-endpoint.ts";
import { routeRequests } from "./requests/request-hub.ts";
import type { ServedComet } from "./served-comet.ts";
import { type CometHttpOptions, settingsOf } from "./settings.ts";
import { attachWebSocket } from "./websocket/index.ts";

export type CometServer = Server | SecureServer | Http2Server | Http2SecureServer;

export interface AttachOptions extends CometHttpOptions {
  /**
   * Answers plain POSTs of `long-polling` before node:http has read them, for less processor time. Nobody else
   * gets to see these: no listener of `request`, no middleware. Only on servers of node:http and node:https, and not
   * with `peerOf`, which is given requests of node:http. @default false
   */
  readonly fastLane?: boolean;
}

export interface Attachment {
  /**
   * Leaves the server as it was. Requests that are under way are still answered. Not needed before `server.close()`.
   */
  detach(): void;
}

/**
 * Serves a Comet on a server of node:http, node:https or node:http2: polling and streams below the path and WebSockets
 * at it. All other requests and upgrades go to whoever else listens; when nobody does, requests are answered 404.
 */
export function attachComet(
  server: CometServer,
  comet: ServedComet,
  { fastLane = false, ...options }: AttachOptions = {},
): Attachment {
  const settings = settingsOf(options);
  checkFastLane(fastLane, server, options);
  const endpoint = new HttpEndpoint(comet, settings);
  const undo = [endpoint.announce(), routeRequests(server, endpoint)];
  if (settings.webSocket) undo.push(attachWebSocket(server, comet, settings));
  if (fastLane) undo.push(openFastLane(server as LaneServer, comet, settings));
  return {
    detach() {
      // In reverse order, so that what was put in place last is taken away first.
      for (const step of undo.splice(0).reverse()) step();
    },
  };
}
