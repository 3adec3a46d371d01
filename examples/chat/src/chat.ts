import { createServer } from "node:http";
import { attachWebSockets, cometMiddleware } from "@encke/adapter-express";
import type { CometOptions } from "@encke/core";
import { openSite, type Site, type SiteOptions } from "@encke/example-site";
import express from "express";
import { createChatComet } from "./chat-comet.ts";
import { webPage } from "./web-page.ts";

const PATH = "/comet";

export interface ChatOptions extends SiteOptions, Pick<CometOptions, "maxInterval" | "log"> {}

/** Starts the chat. Rejects when the port is taken. */
export function createChat({ port, host, ...options }: ChatOptions = {}): Promise<Site> {
  const comet = createChatComet(options);
  const app = express();
  app.disable("x-powered-by");
  app.use(webPage());
  app.use(PATH, cometMiddleware(comet));
  const server = createServer(app);
  attachWebSockets(server, comet, { path: PATH });
  return openSite(server, comet, { port, host });
}
