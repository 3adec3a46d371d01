import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { CometHttpOptions } from "@encke/adapter-node-http";
import type { Comet, CometOptions } from "@encke/core";
import { serve } from "../../http/support/serve.ts";
import { quietComet } from "../../websocket/support/serve-sockets.ts";

export interface ServedStreams {
  readonly comet: Comet;
  readonly server: Server;
  readonly url: string;
  /** The server's ends of all connections that were ever made, in order. */
  readonly ends: readonly Socket[];
}

/** A Comet behind a real server. */
export async function serveStreams(
  httpOptions: CometHttpOptions = {},
  options: Omit<CometOptions, "store"> = {},
): Promise<ServedStreams> {
  const comet = quietComet(options);
  const { url, server } = await serve(comet, httpOptions);
  const ends: Socket[] = [];
  server.on("connection", (socket: Socket) => ends.push(socket));
  return { comet, server, url, ends };
}
