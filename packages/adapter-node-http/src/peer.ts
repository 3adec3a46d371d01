import type { TLSSocket } from "node:tls";
import { headerOf, type NodeRequest } from "./node-messages.ts";

/** Who is on the other end of a request, and whether the way there is secure. */
export interface Peer {
  readonly remoteAddress?: string;
  readonly isSecure: boolean;
}

export type PeerOf = (request: NodeRequest) => Peer;

/** What the socket says. */
export function directPeerOf(request: NodeRequest): Peer {
  return asPeer(request.socket.remoteAddress, (request.socket as TLSSocket).encrypted === true);
}

/** What the proxy says in front of which nobody can stand: without one, every peer could claim any address. */
export function forwardedPeerOf(request: NodeRequest): Peer {
  const direct = directPeerOf(request);
  const address = firstOf(headerOf(request, "x-forwarded-for"));
  const scheme = firstOf(headerOf(request, "x-forwarded-proto"));
  return asPeer(
    address ?? direct.remoteAddress,
    scheme === undefined ? direct.isSecure : scheme === "https" || scheme === "wss",
  );
}

function asPeer(remoteAddress: string | undefined, isSecure: boolean): Peer {
  return remoteAddress === undefined ? { isSecure } : { remoteAddress, isSecure };
}

function firstOf(list: string | undefined): string | undefined {
  const first = list?.split(",", 1)[0]?.trim();
  return first === "" ? undefined : first;
}
