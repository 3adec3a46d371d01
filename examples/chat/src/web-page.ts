import { createRequire } from "node:module";
import { dirname } from "node:path";
import { pageOf } from "@encke/example-site";
import express, { type Router } from "express";
import { DEMO_ACCOUNTS } from "./accounts.ts";

/** The CometD client is a set of ES modules that a browser loads as they are. */
const COMETD = dirname(createRequire(import.meta.url).resolve("cometd"));

/** The files of the page, and the client library it uses. */
export function webPage(): Router {
  const router = pageOf(new URL("../public", import.meta.url));
  router.get("/demo-accounts", (_request, response) => {
    response.json(DEMO_ACCOUNTS);
  });
  router.use("/vendor/cometd", express.static(COMETD));
  return router;
}
