import type { ConnectionOptions } from "node:tls";

/** Where a peer of the kit connects to. */
export interface PeerTarget {
  /** Of the Comet: `http://127.0.0.1:4711/comet`. WebSockets too are given as `http:` or `https:`. */
  readonly url: string;
  /** For `https:`: what makes the peer trust the server's certificate. */
  readonly tls?: Pick<ConnectionOptions, "ca" | "rejectUnauthorized">;
}
