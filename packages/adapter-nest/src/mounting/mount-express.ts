import {
  type CometHandler,
  createCometHandler,
  type NodeRequest,
  type Peer,
} from "@encke/adapter-node-http";
import type { HttpServer } from "@nestjs/common";
import type { Mounting } from "./mounting.ts";

/** As middleware after all that the application has set up so far, and before its routes. */
export function mountOnExpress(adapter: HttpServer, { comet, options }: Mounting): CometHandler {
  const handler = createCometHandler(comet, { peerOf: expressPeerOf, ...options });
  adapter.use?.(handler);
  return handler;
}

/** Who Express takes the peer for, by its setting `trust proxy`. */
function expressPeerOf(request: NodeRequest): Peer {
  const { ip, secure } = request as NodeRequest & {
    readonly ip?: string;
    readonly secure: boolean;
  };
  return ip === undefined ? { isSecure: secure } : { remoteAddress: ip, isSecure: secure };
}
