import type { EventEmitter } from "node:events";
import type { Cancel } from "@encke/core";
import type { ServedComet } from "../served-comet.ts";
import { type CometHttpOptions, type Settings, settingsOf } from "../settings.ts";
import { isAt } from "../upgrade/is-at.ts";
import { routeUpgrades } from "../upgrade/upgrade-hub.ts";
import { WebSocketEndpoint } from "./websocket-endpoint.ts";

/**
 * Milliseconds that sockets have to go when the adapter is detached. When the Comet is closed, that has its own
 * deadline.
 */
const DETACH_DEADLINE = 5_000;

/**
 * Takes WebSockets on the path of an `http` or `https` server (or an `http2` server with `allowHTTP1`), beside
 * whatever else upgrades there, and announces `websocket`. For servers whose requests are answered by a framework;
 * `attachComet` does it by itself. The returned function undoes it and closes the sockets.
 */
export function attachWebSockets(
  server: EventEmitter,
  comet: ServedComet,
  options: CometHttpOptions = {},
): Cancel {
  return attachWebSocket(server, comet, settingsOf(options));
}

export function attachWebSocket(
  server: EventEmitter,
  comet: ServedComet,
  settings: Settings,
): Cancel {
  const endpoint = new WebSocketEndpoint(comet, settings);
  const undo: readonly Cancel[] = [
    routeUpgrades(server, {
      owns: ({ url }) => isAt(settings.path, url),
      handle: (request, socket, head) => endpoint.accept(request, socket, head),
    }),
    comet.announce("websocket"),
    comet.onClosing((deadline) => endpoint.close(deadline)),
  ];
  return () => {
    for (const cancel of undo) cancel();
    void endpoint.close(DETACH_DEADLINE);
  };
}
