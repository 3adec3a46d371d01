import { createServer } from "node:http";
import { attachWebSockets, cometMiddleware } from "@encke/adapter-express";
import { type Comet, createComet, type ICometExtension } from "@encke/core";
import { openSite, pageOf, type Site, type SiteOptions, type SiteStore } from "@encke/example-site";
import { ack } from "@encke/extensions";
import express from "express";

const PATH = "/comet";
/** Where the windows count: `/numbers/<window>`. */
const NUMBERS = "/numbers/";

export interface NodeOptions extends SiteOptions {
  /** Shown on the page. */
  readonly name: string;
  readonly store: SiteStore;
}

/** One node: it knows nothing of the others, and shares nothing with them but the store. */
export function createNode({ name, store, ...options }: NodeOptions): Promise<Site> {
  const comet = createNodeComet(name, store);
  const app = express();
  app.disable("x-powered-by");
  app.use(pageOf(new URL("../public", import.meta.url)));
  app.use(PATH, cometMiddleware(comet));
  const server = createServer(app);
  attachWebSockets(server, comet, { path: PATH });
  return openSite(server, comet, options);
}

function createNodeComet(name: string, store: SiteStore): Comet {
  const comet = createComet({
    store,
    policies: { publish: ({ channel }) => channel.startsWith(NUMBERS) },
  });
  comet.use(ack());
  comet.use(signature(name));
  return comet;
}

/** Says in each reply which node has answered. */
function signature(node: string): ICometExtension {
  return {
    name: "signature",
    outgoing: (message, { request }) => {
      if (request !== undefined) message.ext = { ...message.ext, node };
    },
  };
}
