import {
  type CometHandler,
  type CometHttpOptions,
  createCometHandler,
  type ServedComet,
} from "@encke/adapter-node-http";
import type { Request } from "express";
import { expressPeerOf } from "./express-peer.ts";

/**
 * Polling and streams as middleware of Express 4 and 5, with or without a body parser before it:
 * `app.use("/comet", cometMiddleware(comet))`. Whose address a request has is Express's to say: see its
 * `trust proxy`. Use {@link attachWebSockets} beside it for WebSockets.
 *
 * `path` is counted from where the middleware is mounted. @default "/"
 */
export function cometMiddleware(comet: ServedComet, options: CometHttpOptions = {}): CometHandler {
  return createCometHandler(comet, {
    path: "/",
    peerOf: (request) => expressPeerOf(request as Request),
    ...options,
  });
}
