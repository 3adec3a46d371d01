import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttp2Server, createSecureServer } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import {
  type AttachOptions,
  attachComet,
  type CometServer,
  type ServedComet,
} from "@encke/adapter-node-http";
import { onTestFinished } from "vitest";
import { CERTIFICATE } from "./certificate.ts";

/** Listens on a free port until the test is over. Resolves with the port. */
export async function listen(server: CometServer | Server): Promise<number> {
  const sockets = new Set<Socket>();
  for (const event of ["connection", "secureConnection"]) {
    server.on(event, (socket: Socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    });
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

/** What all servers of this file of tests are to have, besides what each says. */
let common: AttachOptions = {};

export function serveAllWith(options: AttachOptions): void {
  common = options;
}

/** Serves a Comet over HTTP/1 at `/comet`. */
export async function serve(
  comet: ServedComet,
  options: AttachOptions = {},
  listener?: RequestListener,
): Promise<{ port: number; url: string; server: Server }> {
  const server = createServer(...(listener === undefined ? [] : [listener]));
  attachComet(server, comet, { ...common, ...options });
  const port = await listen(server);
  return { port, url: `http://127.0.0.1:${port}/comet`, server };
}

export const SERVERS = {
  "HTTP/1": () => createServer(),
  HTTPS: () => createHttpsServer(CERTIFICATE),
  "HTTP/2": () => createHttp2Server(),
  "HTTP/2 over TLS": () => createSecureServer({ ...CERTIFICATE, allowHTTP1: true }),
} satisfies Record<string, () => CometServer>;
