import type { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Cancel } from "@encke/core";
import { overrideMethod } from "./override-method.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import { ServerRoutes } from "./server-routes.ts";

/** The upgrade requests of one path of a server. */
export interface UpgradeRoute {
  owns(request: IncomingMessage): boolean;
  /** Nobody else sees the socket, so the route may take its time. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/**
 * Gives the route its upgrades before any listener of the server sees them: other libraries destroy or answer
 * sockets of paths that are not theirs. All other upgrades go where they would have gone.
 */
export function routeUpgrades(server: EventEmitter, route: UpgradeRoute): Cancel {
  return allRoutes.add(server, route);
}

const allRoutes = new ServerRoutes<UpgradeRoute>((server, routes) =>
  new UpgradeHub(server, routes).install(),
);

/** Node 24 and later: decides whether a request that asks for an upgrade is emitted as one, or as a request. */
interface UpgradeDecider {
  shouldUpgradeCallback?: (request: IncomingMessage) => boolean;
}

/** Where the upgrades of one server go. */
class UpgradeHub {
  readonly #server: EventEmitter & UpgradeDecider;
  readonly #routes: ReadonlySet<UpgradeRoute>;

  constructor(server: EventEmitter, routes: ReadonlySet<UpgradeRoute>) {
    this.#server = server;
    this.#routes = routes;
  }

  install(): readonly Cancel[] {
    return [this.#overrideEmit(), this.#overrideDecision(), this.#listenForStrays()];
  }

  #overrideEmit(): Cancel {
    const server = this.#server;
    const emit = server.emit;
    return overrideMethod(server, "emit", (event: string | symbol, ...args: unknown[]) => {
      if (event === "upgrade" && this.#take(...(args as [IncomingMessage, Duplex, Buffer]))) {
        return true;
      }
      return emit.call(server, event, ...args);
    });
  }

  #take(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const route = this.#routeOf(request);
    route?.handle(request, socket, head);
    return route !== undefined;
  }

  #routeOf(request: IncomingMessage): UpgradeRoute | undefined {
    for (const route of this.#routes) if (route.owns(request)) return route;
    return undefined;
  }

  /** An `Upgrade: h2c` on an ordinary request must not end at us because our listener made node:http look for one. */
  #overrideDecision(): Cancel {
    const server = this.#server;
    const decide = server.shouldUpgradeCallback;
    if (decide === undefined) return () => undefined;
    return overrideMethod(server, "shouldUpgradeCallback", (request: IncomingMessage) => {
      if (this.#routeOf(request) !== undefined) return true;
      if (this.#isAlone && !asksForWebSocket(request)) return false;
      return decide.call(server, request);
    });
  }

  /** Without any listener node:http emits no upgrade at all. With ours alone nobody else would answer the strays. */
  #listenForStrays(): Cancel {
    const server = this.#server;
    const answerStray: StrayListener = (_request, socket) => {
      if (this.#isAlone && server.listeners("upgrade")[0] === answerStray)
        refuseUpgrade(socket, 426);
    };
    answerStray[IS_STRAY_LISTENER] = true;
    server.on("upgrade", answerStray);
    return () => server.off("upgrade", answerStray);
  }

  get #isAlone(): boolean {
    return this.#server
      .listeners("upgrade")
      .every((listener) => (listener as StrayListener)[IS_STRAY_LISTENER] === true);
  }
}

/** Global, so that two copies of this package on one server know each other. */
const IS_STRAY_LISTENER: unique symbol = Symbol.for(
  "@encke/adapter-node-http:stray-listener",
) as never;

type StrayListener = ((request: IncomingMessage, socket: Duplex) => void) & {
  [IS_STRAY_LISTENER]?: true;
};

function asksForWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === "websocket";
}
