import type { Socket } from "node:net";
import type { BrowserIdentity } from "@encke/core";
import { copyOf } from "./copy-of.ts";
import { FirstVisits } from "./first-visits.ts";
import { firstOf, headerOf, type NodeRequest, type RequestHead } from "./node-messages.ts";

/** The cookie by which a browser is known again, so that a client id stolen from it is worth nothing elsewhere. */
export interface CookieOptions {
  /** @default "BAYEUX_BROWSER" */
  readonly name?: string;
  /** @default "/" */
  readonly path?: string;
  /** `none` lets pages of other sites keep it; browsers then want it secure. @default "lax" */
  readonly sameSite?: "strict" | "lax" | "none";
  /** `auto`: over TLS, and with `sameSite: "none"`. @default "auto" */
  readonly secure?: boolean | "auto";
  /**
   * Puts `__Host-` before the name: browsers then take the cookie only over TLS and from this very host, so
   * that no neighbouring domain can plant one. Implies `secure: true`, and `path` must be "/". @default false
   */
  readonly hostPrefix?: boolean;
}

export type CookieSettings = Required<CookieOptions>;

export const COOKIE_DEFAULTS: CookieSettings = {
  name: "BAYEUX_BROWSER",
  path: "/",
  sameSite: "lax",
  secure: "auto",
  hostPrefix: false,
};

const SHORTEST = 16;
const LONGEST = 128;
/** Looked for rather than its opposite, which takes four times as long: every request comes by here. */
const NOT_OURS = /[^\w-]/;
/** One for the process: a browser is the same whatever it connects to, and by which way. */
const firstVisits = new FirstVisits();
const SAME_SITE = { strict: "Strict", lax: "Lax", none: "None" } as const;

/** The identity in a request's cookie, or a new one to offer. Core keeps it for as long as it knows the client. */
export class CookieIdentity implements BrowserIdentity {
  readonly presented?: string;
  /** Of no use where an identity is presented. */
  readonly #headers: RequestHead["headers"] | undefined;
  readonly #address: string | undefined;
  #offered: string | undefined;

  constructor(request: RequestHead, settings: CookieSettings, address?: string) {
    this.#address = address;
    const value = cookieOf(headerOf(request, "cookie"), nameOf(settings));
    // What we did not make is not an identity.
    if (value !== undefined && isIdentity(value)) this.presented = copyOf(value);
    else this.#headers = request.headers;
  }

  get offered(): string {
    this.#offered ??= this.presented ?? this.#newIdentity();
    return this.#offered;
  }

  #newIdentity(): string {
    const headers = this.#headers ?? {};
    return firstVisits.identityFor({ headers }, this.#address, performance.now());
  }
}

const IDENTITY = Symbol("identity");

/** What was found in the cookies of a connection. */
interface Found {
  readonly cookies: string | undefined;
  readonly settings: CookieSettings;
  readonly identity: BrowserIdentity;
}

/**
 * The identity in a request's cookie. On one connection, it is the same object as long as the cookies are the same: they are
 * then not looked at again, and core knows it again.
 */
export function identityOf(
  request: NodeRequest,
  settings: CookieSettings,
  address?: string,
): BrowserIdentity {
  // Requests of HTTP/2 have no socket of their own.
  if (request.httpVersionMajor === 2) return new CookieIdentity(request, settings, address);
  const socket = request.socket as Socket & { [IDENTITY]?: Found };
  const cookies = firstOf(request.headers.cookie);
  const found = socket[IDENTITY];
  if (found?.cookies === cookies && found?.settings === settings) return found.identity;
  const identity = new CookieIdentity(request, settings, address);
  if (identity.presented !== undefined) socket[IDENTITY] = { cookies, settings, identity };
  return identity;
}

/**
 * The value of `Set-Cookie` for the answer to a handshake; undefined when the browser has the cookie already.
 * `HttpOnly`, so that no script of the page can read it, and gone when the browser closes.
 */
export function setCookieOf(
  identity: BrowserIdentity,
  isSecure: boolean,
  settings: CookieSettings,
): string | undefined {
  if (identity.presented !== undefined) return undefined;
  const parts = [
    `${nameOf(settings)}=${identity.offered}`,
    `Path=${settings.path}`,
    "HttpOnly",
    `SameSite=${SAME_SITE[settings.sameSite]}`,
  ];
  if (mustBeSecure(isSecure, settings)) parts.push("Secure");
  return parts.join("; ");
}

function isIdentity(value: string): boolean {
  return value.length >= SHORTEST && value.length <= LONGEST && !NOT_OURS.test(value);
}

function mustBeSecure(isSecure: boolean, settings: CookieSettings): boolean {
  if (settings.hostPrefix || settings.sameSite === "none") return true;
  return settings.secure === "auto" ? isSecure : settings.secure;
}

function nameOf(settings: CookieSettings): string {
  return settings.hostPrefix ? `__Host-${settings.name}` : settings.name;
}

/** The first cookie of that name: where there are several, browsers send the one with the longest path first. */
function cookieOf(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  // Every request comes by here: what is looked at is not taken apart first.
  let equals = -1;
  for (let at = 0; at < header.length; ) {
    const semicolon = header.indexOf(";", at);
    const end = semicolon === -1 ? header.length : semicolon;
    if (equals < at) equals = header.indexOf("=", at);
    if (equals === -1) return undefined;
    const start = skipSpaces(header, at);
    const isNamed = equals < end && header.startsWith(name, start);
    if (isNamed && header.slice(start + name.length, equals).trim() === "") {
      return header.slice(equals + 1, end).trim();
    }
    at = end + 1;
  }
  return undefined;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at++;
  return at;
}

const SPACE = 0x20;
