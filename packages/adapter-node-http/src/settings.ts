import { CometError } from "@encke/core";
import { COOKIE_DEFAULTS, type CookieOptions, type CookieSettings } from "./browser-cookie.ts";
import { type Check, COOKIE_CHECKS, HTTP_CHECKS } from "./option-checks.ts";
import type { OriginPolicy } from "./origins.ts";
import { directPeerOf, forwardedPeerOf, type PeerOf } from "./peer.ts";

/** Durations are milliseconds, sizes bytes. */
export interface CometHttpOptions {
  /** Requests to this path and below are the Comet's; WebSockets connect to the path itself. @default "/comet" */
  readonly path?: string;
  /** Which pages may use the Comet. @default "same-origin" */
  readonly origins?: OriginPolicy;
  /** Request headers that pages of other origins may send, besides the ones that clients use. @default [] */
  readonly allowedHeaders?: readonly string[];
  /** Binds clients to their browser. `false`: no cookie is set or read. @default {} */
  readonly cookie?: CookieOptions | false;
  /**
   * Takes the peer's address, scheme and host from `X-Forwarded-For`, `-Proto` and `-Host`: of a list, the last address,
   * which the proxy next to the server has added. Only behind a proxy that does: otherwise everybody can claim to be
   * anybody. Behind several, say who the peer is by `peerOf`. @default false
   */
  readonly trustProxy?: boolean;
  /** Who the peer is, for a framework that has found out already. Overrides what `trustProxy` says about it. */
  readonly peerOf?: PeerOf;
  /** How long a request's body may take to arrive. @default 10_000 */
  readonly bodyTimeout?: number;
  /**
   * How long a peer may take to read an answer before its connection is broken off. A stream is, when its peer has taken
   * nothing of what waits for so long. @default 30_000
   */
  readonly writeTimeout?: number;
  /**
   * Answers `callback-polling` (JSONP), for browsers that have nothing better. It is a script that any page can
   * embed, kept from other sites only by what the browser says about where it comes from. @default false
   */
  readonly callbackPolling?: boolean;
  /** Answers `streaming` and `eventsource` with streams of messages that stay open. @default true */
  readonly streaming?: boolean;
  /** Answers `polling` at once, even if there is nothing. @default true */
  readonly polling?: boolean;
  /** How long a client of `polling` is advised to wait before it asks again. @default 5_000 */
  readonly pollingInterval?: number;
  /** How often a stream shows that it is alive. @default 20_000 */
  readonly heartbeatInterval?: number;
  /** How long a stream stays open before its client is told to open another one. @default 300_000 */
  readonly maxStreamAge?: number;
  /** Takes WebSockets. @default true */
  readonly webSocket?: boolean;
  /** Bytes that wait on a slow WebSocket or stream before it is sent no more until it has caught up. @default 65_536 */
  readonly highWaterMark?: number;
  /** Bytes that wait on a slow WebSocket or stream before it is broken off. @default 1_048_576 */
  readonly maxBufferedBytes?: number;
  /** How long a WebSocket may be open without a client, from a ping on when it has had one, and how long it has to go when it is closed. @default 10_000 */
  readonly handshakeTimeout?: number;
  /** WebSockets that may be open without a client at the same time. @default 10_000 */
  readonly maxPendingSockets?: number;
  /** Fragments of which a WebSocket message may consist. @default 64 */
  readonly maxFragments?: number;
  /** How often WebSockets are pinged; one that has not answered by the next ping is broken off. @default 30_000 */
  readonly pingInterval?: number;
}

/** {@link CometHttpOptions} with every default filled in. */
export interface Settings extends Readonly<Required<Omit<CometHttpOptions, "cookie">>> {
  /** Without a slash at its end: "" for the root. */
  readonly path: string;
  readonly cookie: CookieSettings | undefined;
}

const DEFAULTS = {
  path: "/comet",
  origins: "same-origin",
  allowedHeaders: [],
  trustProxy: false,
  bodyTimeout: 10_000,
  writeTimeout: 30_000,
  callbackPolling: false,
  streaming: true,
  polling: true,
  pollingInterval: 5_000,
  heartbeatInterval: 20_000,
  maxStreamAge: 300_000,
  webSocket: true,
  highWaterMark: 65_536,
  maxBufferedBytes: 1_048_576,
  handshakeTimeout: 10_000,
  maxPendingSockets: 10_000,
  maxFragments: 64,
  pingInterval: 30_000,
} satisfies Omit<Settings, "cookie" | "peerOf">;

/** Throws {@link CometError} `options_invalid` for an option that is unknown or has no meaningful value. */
export function settingsOf(options: CometHttpOptions): Settings {
  checkAll("", options, HTTP_CHECKS);
  const { cookie = {}, ...others } = withoutUndefined(options);
  const merged = { ...DEFAULTS, ...others };
  return {
    peerOf: merged.trustProxy ? forwardedPeerOf : directPeerOf,
    ...merged,
    path: merged.path.replace(/\/+$/, ""),
    cookie: cookie === false ? undefined : cookieSettingsOf(cookie),
  };
}

function cookieSettingsOf(options: CookieOptions): CookieSettings {
  checkAll("cookie.", options, COOKIE_CHECKS);
  const settings = { ...COOKIE_DEFAULTS, ...withoutUndefined(options) };
  if (settings.hostPrefix && settings.path !== "/") {
    throw invalid('The option "cookie.path" must be "/" with "cookie.hostPrefix".');
  }
  return settings;
}

function checkAll<T extends object>(
  prefix: string,
  options: T,
  checks: Readonly<Record<keyof T, Check>>,
): void {
  const known = new Map<string, Check>(Object.entries(checks));
  for (const [name, value] of Object.entries(options)) {
    const check = known.get(name);
    if (check === undefined) throw invalid(`There is no option "${prefix}${name}".`);
    if (value !== undefined && !check.accepts(value)) {
      throw invalid(`The option "${prefix}${name}" must be ${check.expected}.`);
    }
  }
}

export function invalid(text: string): CometError {
  return new CometError("options_invalid", text);
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as T;
}
