import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import express, { type RequestHandler, type Router } from "express";

/** `@encke/client` is a set of ES modules that a browser loads as they are. */
const CLIENT = dirname(createRequire(import.meta.url).resolve("@encke/client"));
const SHARED = fileURLToPath(new URL("../public", import.meta.url));

export interface PageOptions {
  /**
   * Where the page may send requests and open WebSockets to, as a Content-Security-Policy has it.
   * @default "'self'"
   */
  readonly connectTo?: string;
}

/** Serves the files of a folder at the root, what all examples share at `/site/`, and `@encke/client` at `/client/`. */
export function pageOf(folder: URL, { connectTo = "'self'" }: PageOptions = {}): Router {
  const router = express.Router();
  router.use(secure(connectTo));
  router.use("/site", express.static(SHARED));
  router.use("/client", express.static(CLIENT));
  router.use(express.static(fileURLToPath(folder)));
  return router;
}

/** Nothing but what this server serves itself: no inline script or style, no other site, no frame around it. */
function secure(connectTo: string): RequestHandler {
  const headers = {
    "Content-Security-Policy": [
      "default-src 'self'",
      `connect-src ${connectTo}`,
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "object-src 'none'",
    ].join("; "),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
  };
  return (_request, response, next) => {
    response.set(headers);
    next();
  };
}
