import type { TLSSocket } from "node:tls";
import { headerOf, type NodeRequest } from "./node-messages.ts";

/** Who is on the other end of a request, and whether the way there is secure. */
export interface Peer {
  readonly remoteAddress?: string;
  readonly isSecure: boolean;
}

export type PeerOf = (request: NodeRequest) => Peer;

const peers = new WeakMap<object, Peer>();

/**
 * What the socket says. It is asked once, as that takes a hundredth of the time of a poll; but with each request where somebody
 * has put an address of their own on it, which may be another each time.
 */
export function directPeerOf(request: NodeRequest): Peer {
  const { socket, httpVersionMajor } = request;
  const known = peers.get(socket);
  if (known !== undefined && !Object.hasOwn(socket, "remoteAddress")) return known;
  const peer = asPeer(socket.remoteAddress, (socket as TLSSocket).encrypted === true);
  // Requests of HTTP/2 have no socket of their own.
  if (httpVersionMajor === 1 && peer.remoteAddress !== undefined) peers.set(socket, peer);
  return peer;
}

/**
 * What the proxy next to us says, which is the last of a list: proxies add to what they were sent, and anything may
 * stand before that. Without a proxy, every peer could claim any address.
 */
export function forwardedPeerOf(request: NodeRequest): Peer {
  const direct = directPeerOf(request);
  const address = lastOf(headerOf(request, "x-forwarded-for"));
  const scheme = lastOf(headerOf(request, "x-forwarded-proto"));
  return asPeer(
    address ?? direct.remoteAddress,
    scheme === undefined ? direct.isSecure : scheme === "https" || scheme === "wss",
  );
}

function asPeer(remoteAddress: string | undefined, isSecure: boolean): Peer {
  return remoteAddress === undefined ? { isSecure } : { remoteAddress, isSecure };
}

function lastOf(list: string | undefined): string | undefined {
  const last = list?.slice(list.lastIndexOf(",") + 1).trim();
  return last === "" ? undefined : last;
}
