import type { CookieOptions } from "./browser-cookie.ts";
import type { CometHttpOptions } from "./settings.ts";

/** What an option's value must be, in the words of the error that refuses another. */
export interface Check {
  readonly expected: string;
  accepts(value: unknown): boolean;
}

// Timers of Node that wait longer fire at once.
const LONGEST = 2 ** 31 - 1;

const aBoolean: Check = {
  expected: "true or false",
  accepts: (value) => typeof value === "boolean",
};
const aCount: Check = {
  expected: "a whole number from 1",
  accepts: (value) => Number.isSafeInteger(value) && (value as number) > 0,
};
const aDuration: Check = {
  expected: `a number of milliseconds from 1 to ${LONGEST}`,
  accepts: (value) => typeof value === "number" && value >= 1 && value <= LONGEST,
};
const aFunction: Check = {
  expected: "a function",
  accepts: (value) => typeof value === "function",
};
const aPath: Check = {
  expected: 'a path that begins with "/", without a query',
  accepts: (value) => typeof value === "string" && /^\/[^?#;\s]*$/.test(value),
};
const headerNames: Check = {
  expected: "a list of header names",
  accepts: (value) => Array.isArray(value) && value.every((name) => isToken(name)),
};
const anOriginPolicy: Check = {
  expected: '"same-origin", "*", a function, or a list of origins such as "https://example.com"',
  accepts: (value) =>
    value === "same-origin" ||
    value === "*" ||
    typeof value === "function" ||
    (Array.isArray(value) && value.every(isOrigin)),
};

export const HTTP_CHECKS: Readonly<Record<keyof CometHttpOptions, Check>> = {
  path: aPath,
  origins: anOriginPolicy,
  allowedHeaders: headerNames,
  cookie: {
    expected: "an object or false",
    accepts: (value) => value === false || (typeof value === "object" && value !== null),
  },
  trustProxy: aBoolean,
  peerOf: aFunction,
  bodyTimeout: aDuration,
  writeTimeout: aDuration,
  callbackPolling: aBoolean,
  streaming: aBoolean,
  polling: aBoolean,
  pollingInterval: aDuration,
  heartbeatInterval: aDuration,
  maxStreamAge: aDuration,
  webSocket: aBoolean,
  highWaterMark: aCount,
  maxBufferedBytes: aCount,
  handshakeTimeout: aDuration,
  maxPendingSockets: aCount,
  maxFragments: aCount,
  pingInterval: aDuration,
};

export const COOKIE_CHECKS: Readonly<Record<keyof CookieOptions, Check>> = {
  name: { expected: "a cookie name", accepts: isToken },
  path: aPath,
  sameSite: {
    expected: '"strict", "lax" or "none"',
    accepts: (value) => value === "strict" || value === "lax" || value === "none",
  },
  secure: {
    expected: 'true, false or "auto"',
    accepts: (value) => typeof value === "boolean" || value === "auto",
  },
  hostPrefix: aBoolean,
};

function isToken(value: unknown): boolean {
  return typeof value === "string" && /^[!#$%&'*+\-.^_`|~\w]+$/.test(value);
}

/** As browsers write one: lower case, no path, no port that is the scheme's own. */
function isOrigin(value: unknown): boolean {
  if (typeof value !== "string") return false;
  if (value === "null") return true;
  return URL.canParse(value) && (new URL(value).origin === value || !/^https?:/.test(value));
}
