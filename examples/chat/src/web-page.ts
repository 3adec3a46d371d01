import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import express, { type RequestHandler, type Router } from "express";
import { DEMO_ACCOUNTS } from "./accounts.ts";

const PUBLIC = fileURLToPath(new URL("../public", import.meta.url));
/** The CometD client is a set of ES modules that a browser loads as they are. */
const COMETD = dirname(createRequire(import.meta.url).resolve("cometd"));

/** Nothing but what this server serves itself: no inline script or style, no other site, no frame around it. */
const SECURITY_HEADERS = {
  "Content-Security-Policy": [
    "default-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join("; "),
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
} as const;

/** The files of the page, and the client library it uses. */
export function webPage(): Router {
  const router = express.Router();
  router.use(secure);
  router.get("/demo-accounts", (_request, response) => {
    response.json(DEMO_ACCOUNTS);
  });
  router.use("/vendor/cometd", express.static(COMETD));
  router.use(express.static(PUBLIC));
  return router;
}

const secure: RequestHandler = (_request, response, next) => {
  response.set(SECURITY_HEADERS);
  next();
};
