import type { RequestContext } from "../exchange/responder.ts";
import type { LocalClient } from "./client.ts";

/**
 * - `auto`: a client is bound to its browser as soon as the browser has shown that it keeps the identity it was
 *   given; a peer that keeps none (most clients outside of browsers) is not bound.
 * - `strict`: every message must present the identity that the handshake was given.
 * - `off`: the client id alone decides.
 */
export type BindingMode = "auto" | "strict" | "off";

/**
 * False when a client's id came from another browser than the client itself: it may be stolen. A connection on
 * which the identity was given out is from its browser, though it was opened too early to present it.
 */
export function isFromItsBrowser(
  client: LocalClient,
  context: RequestContext,
  mode: BindingMode,
): boolean {
  const { browser } = client.profile;
  if (mode === "off" || browser === undefined) return true;
  const { connection, browser: identity } = context;
  // What was found out once of a connection that lasts, or of an identity, need not be found out again for each message.
  const proof = connection ?? identity;
  if (proof !== undefined && client.provenBy === proof) return true;
  const presented = identity?.presented;
  if (presented === undefined) {
    const isProven = areEqual(identity?.offered ?? "", browser);
    if (isProven) client.provenBy = connection;
    return isProven || (mode !== "strict" && !client.isBound);
  }
  if (!areEqual(presented, browser)) return false;
  client.provenBy = proof;
  client.isBound = true;
  return true;
}

/** Takes the same time wherever the two differ. */
function areEqual(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}
