import type { EventEmitter } from "node:events";
import type { Cancel } from "@encke/core";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import { overrideMethod } from "../upgrade/override-method.ts";

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
  let hub = hubs.get(server);
  if (hub === undefined) {
    hub = new RequestHub(server, () => hubs.delete(server));
    hubs.set(server, hub);
  }
  return hub.add(route);
}

const hubs = new WeakMap<EventEmitter, RequestHub>();

/** All routes of one server. It changes the server while there is at least one. */
class RequestHub {
  readonly #server: EventEmitter;
  readonly #routes = new Set<RequestRoute>();
  readonly #restore: readonly Cancel[];

  constructor(server: EventEmitter, onEmpty: Cancel) {
    this.#server = server;
    this.#restore = [this.#overrideEmit(), this.#listenForStrays(), onEmpty];
  }

  add(route: RequestRoute): Cancel {
    this.#routes.add(route);
    return () => {
      const wasThere = this.#routes.delete(route);
      if (wasThere && this.#routes.size === 0) for (const restore of this.#restore) restore();
    };
  }

  #overrideEmit(): Cancel {
    const server = this.#server;
    const emit = server.emit;
    return overrideMethod(server, "emit", (event: string | symbol, ...args: unknown[]) => {
      const isTaken =
        (event === "request" || event === "checkContinue") &&
        this.#take(event, ...(args as [NodeRequest, NodeResponse]));
      return isTaken || emit.call(server, event, ...args);
    });
  }

  #take(event: string, request: NodeRequest, response: NodeResponse): boolean {
    for (const route of this.#routes) {
      if (!route.owns(request)) continue;
      if (event === "checkContinue") response.writeContinue();
      route.handle(request, response);
      return true;
    }
    return false;
  }

  /** A real listener, because node:http2 offers requests only to servers that have one. */
  #listenForStrays(): Cancel {
    const server = this.#server;
    const answerStray = (_request: NodeRequest, response: NodeResponse): void => {
      if (server.listenerCount("request") > 1) return;
      response.statusCode = 404;
      response.end();
    };
    server.on("request", answerStray);
    return () => server.off("request", answerStray);
  }
}
