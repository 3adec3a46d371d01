import type { Peer } from "@encke/adapter-node-http";
import type { Request } from "express";

/** Who Express takes the peer for, by its setting `trust proxy`. */
export function expressPeerOf({ ip, secure }: Request): Peer {
  return ip === undefined ? { isSecure: secure } : { remoteAddress: ip, isSecure: secure };
}
