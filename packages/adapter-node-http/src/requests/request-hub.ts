import type { EventEmitter } from "node:events";
import type { Cancel } from "@encke/core";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import { overrideMethod } from "../upgrade/override-method.ts";
import { ServerRoutes } from "../upgrade/server-routes.ts";

/** The requests of one path of a server. */
export interface RequestRoute {
  owns(request: NodeRequest): boolean;
  /** Never throws. */
  handle(request: NodeRequest, response: NodeResponse): void;
}

/**
 * Offers the server's requests to the route before any listener sees them, whether the listener was there
 * before or comes later. When there is no other listener, what no route takes is answered 404 and does not hang.
 */
export function routeRequests(server: EventEmitter, route: RequestRoute): Cancel {
  return allRoutes.add(server, route);
}

const allRoutes = new ServerRoutes<RequestRoute>((server, routes) => [
  overrideEmit(server, routes),
  listenForStrays(server),
]);

function overrideEmit(server: EventEmitter, routes: ReadonlySet<RequestRoute>): Cancel {
  const emit = server.emit;
  return overrideMethod(server, "emit", (event: string | symbol, ...args: unknown[]) => {
    if (event === "request" || event === "checkContinue") {
      const [request, response] = args as [NodeRequest, NodeResponse];
      for (const route of routes) {
        if (!route.owns(request)) continue;
        if (event === "checkContinue") response.writeContinue();
        route.handle(request, response);
        return true;
      }
    }
    return emit.call(server, event, ...args);
  });
}

/** A real listener, because node:http2 offers requests only to servers that have one. */
function listenForStrays(server: EventEmitter): Cancel {
  const answerStray = (_request: NodeRequest, response: NodeResponse): void => {
    if (server.listenerCount("request") > 1) return;
    response.statusCode = 404;
    response.end();
  };
  server.on("request", answerStray);
  return () => server.off("request", answerStray);
}
