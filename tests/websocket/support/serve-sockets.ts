import { createServer, type Server } from "node:http";
import { Server as HttpsServer } from "node:https";
import type { Socket } from "node:net";
import {
  attachWebSockets,
  type CometHttpOptions,
  type ServedComet,
} from "@encke/adapter-node-http";
import { type Comet, type CometOptions, createComet } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import { onTestFinished } from "vitest";
import { listen } from "../../http/support/serve.ts";

export interface ServedSockets {
  readonly server: Server;
  readonly url: string;
  /** The server's ends of all connections that were ever made, in order. */
  readonly ends: readonly Socket[];
  detach(): void;
}

/** A Comet that is closed when the test is over, and says nothing to the console. */
export function quietComet(options: Omit<CometOptions, "store"> = {}): Comet {
  const comet = createComet({ store: new MemoryStore(), log: () => undefined, ...options });
  onTestFinished(() => comet.close({ deadline: 0 }));
  return comet;
}

/** Serves WebSockets, and nothing else, at `/comet`. */
export async function serveSockets(
  comet: ServedComet,
  options: CometHttpOptions = {},
  server: Server = createServer(),
): Promise<ServedSockets> {
  const ends: Socket[] = [];
  server.on("connection", (socket) => ends.push(socket));
  const detach = attachWebSockets(server, comet, options);
  const port = await listen(server);
  const scheme = server instanceof HttpsServer ? "wss" : "ws";
  return { server, url: `${scheme}://127.0.0.1:${port}/comet`, ends, detach };
}
