import type { Server } from "node:http";
import type { Server as SecureServer } from "node:https";
import { Gate } from "@encke/adapter-node-http";
import type { BridgedComet } from "./bridged-comet.ts";
import { Gateway, TRANSPORT } from "./gateway.ts";
import { type SocketIoOptions, settingsOf } from "./options.ts";

/** Milliseconds that connections have to go when the gateway is detached. */
const DETACH_DEADLINE = 5_000;

export type GatewayServer = Server | SecureServer;

export interface SocketIoAttachment {
  /** Leaves the server as it was, and closes the connections. Not needed before `comet.close()`. */
  detach(): void;
}

/**
 * Lets `socket.io-client` apps (Socket.IO 3 and 4, protocol version 5) be clients of a Comet: their events are messages on
 * its channels. Everything that is not for the path goes where it would have gone. Throws a `CometError`
 * `options_invalid`.
 */
export function attachSocketIo(
  server: GatewayServer,
  comet: BridgedComet,
  options: SocketIoOptions = {},
): SocketIoAttachment {
  const settings = settingsOf(options);
  const gate = new Gate(settings.gate);
  const gateway = new Gateway(comet, gate, settings);
  const undo = [
    gate.open(server, gateway),
    comet.announce(TRANSPORT),
    comet.on("gap", ({ client }) => gateway.noteGap(client.id)),
    comet.onClosing((deadline) => gateway.close(deadline)),
  ];
  return {
    detach() {
      for (const step of undo.splice(0)) step();
      void gateway.close(DETACH_DEADLINE);
    },
  };
}
