import { firstOf, headerOf, hostOf, type NodeRequest } from "./node-messages.ts";
import type { Settings } from "./settings.ts";

/**
 * Which pages may use the Comet, told by the `Origin` that browsers send.
 * - `"same-origin"`: pages of the server itself.
 * - a list such as `["https://app.example.com"]`: those too, with cookies. `"null"` is an origin like others,
 *   which any sandboxed frame can claim.
 * - a function: decides about every origin, the server's own included.
 * - `"*"`: every page, but none with cookies.
 */
export type OriginPolicy =
  | "same-origin"
  | "*"
  | readonly string[]
  | ((origin: string, request: NodeRequest) => boolean);

/**
 * The guard against forged requests of other sites: a form or a script there can make the browser send a
 * message with its cookies, but not without saying where it comes from. False must be answered with 403
 * before anything else is done. A request without an origin comes from no page, or from one of the server
 * itself in an old browser.
 */
export function isOriginAllowed(settings: Settings, request: NodeRequest): boolean {
  const origin = firstOf(request.headers.origin);
  if (origin !== undefined) return isAllowed(settings, request, origin);
  return settings.origins === "*" || !isFromElsewhere(request);
}

/**
 * The same for requests that browsers make for a script element, which carry no origin: here one that does not
 * say in any way where it comes from is refused.
 */
export function isScriptAllowed(settings: Settings, request: NodeRequest): boolean {
  if (settings.origins === "*" || siteOf(request) === "same-origin") return true;
  const origin = headerOf(request, "origin") ?? originOfReferer(request);
  return origin !== undefined && isAllowed(settings, request, origin);
}

/** True when the answer to a page of another origin may carry credentials: never where all are let in. */
export function allowsCredentials(settings: Settings): boolean {
  return settings.origins !== "*" && settings.origins !== "same-origin";
}

function isAllowed(settings: Settings, request: NodeRequest, origin: string): boolean {
  const { origins } = settings;
  if (origins === "*") return true;
  if (typeof origins === "function") return origins(origin, request);
  if (origins !== "same-origin" && origins.includes(origin)) return true;
  return origin !== "null" && isSameOrigin(settings, request, origin);
}

function isSameOrigin(settings: Settings, request: NodeRequest, origin: string): boolean {
  // No script can set this header, and it is right behind a proxy that changes the host, too.
  if (siteOf(request) === "same-origin") return true;
  const [scheme, host] = origin.toLowerCase().split("://");
  const ownHost = ownHostOf(settings, request);
  if (host === undefined || ownHost === undefined) return false;
  // A proxy may have taken the TLS off before us, but nothing turns a page loaded in the clear into a secure one.
  if (scheme === "http" && settings.peerOf(request).isSecure) return false;
  return withPort(host, scheme) === withPort(ownHost.toLowerCase(), scheme);
}

function ownHostOf(settings: Settings, request: NodeRequest): string | undefined {
  const forwarded = settings.trustProxy ? headerOf(request, "x-forwarded-host") : undefined;
  return forwarded?.split(",", 1)[0]?.trim() ?? hostOf(request);
}

function withPort(host: string, scheme: string | undefined): string {
  return /:\d+$/.test(host) ? host : `${host}:${scheme === "https" ? 443 : 80}`;
}

function isFromElsewhere(request: NodeRequest): boolean {
  const site = siteOf(request);
  return site === "cross-site" || site === "same-site";
}

function siteOf(request: NodeRequest): string | undefined {
  return firstOf(request.headers["sec-fetch-site"]);
}

function originOfReferer(request: NodeRequest): string | undefined {
  return /^https?:\/\/[^/?#]+/i.exec(headerOf(request, "referer") ?? "")?.[0];
}
