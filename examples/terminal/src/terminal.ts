import { createServer } from "node:http";
import { attachComet, type CometHttpOptions } from "@encke/adapter-node-http";
import type { CometOptions } from "@encke/core";
import { openSite, pageOf, type Site, type SiteOptions } from "@encke/example-site";
import express from "express";
import { createTerminalComet } from "./terminal-comet.ts";

/** The page may talk to any server: that is what it is for. */
const ANYWHERE = "http: https: ws: wss:";

export interface TerminalOptions
  extends SiteOptions,
    Pick<CometOptions, "log" | "timeout">,
    Pick<CometHttpOptions, "origins"> {}

/** Starts the terminal, with a Comet to try it on. Rejects when the port is taken. */
export function createTerminal({
  port,
  host,
  origins = "same-origin",
  ...options
}: TerminalOptions = {}): Promise<Site> {
  const comet = createTerminalComet(options);
  const app = express();
  app.disable("x-powered-by");
  app.use(pageOf(new URL("../public", import.meta.url), { connectTo: ANYWHERE }));
  const server = createServer(app);
  // Without a cookie, what is copied from the page as a curl command is the same client to the server.
  attachComet(server, comet, { origins, cookie: false });
  return openSite(server, comet, { port, host });
}
