import { pageOf } from "@encke/example-site";
import type { Router } from "express";
import { DEMO_ACCOUNTS } from "./accounts.ts";

/** The files of the page, and the accounts that it shows. */
export function webPage(): Router {
  const router = pageOf(new URL("../public", import.meta.url));
  router.get("/demo-accounts", (_request, response) => {
    response.json(DEMO_ACCOUNTS);
  });
  return router;
}
