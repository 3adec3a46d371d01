import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { attachWebSockets, cometMiddleware } from "@encke/adapter-express";
import type { Comet, CometOptions } from "@encke/core";
import express from "express";
import { createChatComet } from "./chat-comet.ts";
import { webPage } from "./web-page.ts";

const PATH = "/comet";
/** Milliseconds that a browser may go on reading what it was answered when the chat ends. */
const LAST_WORD = 1_000;

export interface ChatOptions extends Pick<CometOptions, "maxInterval" | "log"> {
  /** @default 0, any that is free */
  readonly port?: number;
  /** @default every address of this machine */
  readonly host?: string;
}

export interface Chat {
  readonly comet: Comet;
  readonly port: number;
  /** Sends everybody away in order, and settles when the port is free again. A second call waits for the same end. */
  close(): Promise<void>;
}

/** Starts the chat. Rejects when the port is taken. */
export async function createChat({ port = 0, host, ...options }: ChatOptions = {}): Promise<Chat> {
  const comet = createChatComet(options);
  const app = express();
  app.disable("x-powered-by");
  app.use(webPage());
  app.use(PATH, cometMiddleware(comet));
  const server = host === undefined ? app.listen(port) : app.listen(port, host);
  attachWebSockets(server, comet, { path: PATH });
  await once(server, "listening").catch(async (error) => {
    await comet.close();
    throw error;
  });
  const address = server.address() as AddressInfo;
  let ended: Promise<void> | undefined;
  const close = (): Promise<void> => {
    ended ??= end(comet, server);
    return ended;
  };
  return { comet, port: address.port, close };
}

async function end(comet: Comet, server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  await comet.close();
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), LAST_WORD).unref();
  await closed;
}
