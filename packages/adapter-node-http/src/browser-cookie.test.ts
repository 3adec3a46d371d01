import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import {
  COOKIE_DEFAULTS,
  CookieIdentity,
  type CookieOptions,
  identityOf,
  setCookieOf,
} from "./browser-cookie.ts";
import type { NodeRequest } from "./node-messages.ts";

const ID = "0123456789abcdefABCD_-";

function identity(cookie?: string, options: CookieOptions = {}): CookieIdentity {
  const headers = cookie === undefined ? {} : { cookie };
  return new CookieIdentity({ headers } as NodeRequest, { ...COOKIE_DEFAULTS, ...options });
}

function setCookie(isSecure: boolean, options: CookieOptions = {}): string | undefined {
  return setCookieOf(identity(undefined, options), isSecure, { ...COOKIE_DEFAULTS, ...options });
}

describe("CookieIdentity", () => {
  it.each([
    `BAYEUX_BROWSER=${ID}`,
    `a=b; BAYEUX_BROWSER=${ID}; c=d`,
    `a;BAYEUX_BROWSER = ${ID} `,
    `BAYEUX_BROWSER=${ID}; BAYEUX_BROWSER=another_that_is_long_enough`,
  ])("finds itself in %s", (cookie) => {
    expect(identity(cookie).presented).toBe(ID);
    expect(identity(cookie).offered).toBe(ID);
  });

  it.each([
    undefined,
    "",
    "a=b",
    `X_BAYEUX_BROWSER=${ID}`,
    `bayeux_browser=${ID}`,
    "BAYEUX_BROWSER",
    "BAYEUX_BROWSER=",
    "BAYEUX_BROWSER=short",
    `BAYEUX_BROWSER=${"x".repeat(129)}`,
    `BAYEUX_BROWSER="${ID}"`,
    `BAYEUX_BROWSER=${ID}%20`,
  ])("does not find itself in %s", (cookie) => {
    expect(identity(cookie).presented).toBeUndefined();
  });

  it.each(["__proto__", "constructor", "toString"])("S5 is not confused by the name %s", (name) => {
    expect(identity(`${name}=${ID}`).presented).toBeUndefined();
    expect(identity(`${name}=${ID}`, { name }).presented).toBe(ID);
    expect(identity("a=b", { name }).presented).toBeUndefined();
  });

  it("S6 offers at least 128 random bits, and the same to whoever asks again", () => {
    const one = identity();
    expect(Buffer.from(one.offered, "base64url").length).toBeGreaterThanOrEqual(16);
    expect(one.offered).toBe(one.offered);
    expect(identity().offered).not.toBe(one.offered);
    expect(identity(`BAYEUX_BROWSER=${one.offered}`).presented).toBe(one.offered);
  });
});

describe("CookieIdentity in memory", () => {
  it("keeps nothing of the other cookies", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    collect();
    const before = process.memoryUsage().heapUsed;
    const identities = Array.from({ length: 200 }, (_, at) =>
      identity(Buffer.from(`BAYEUX_BROWSER=${ID}${at}; other=${"x".repeat(100_000)}`).toString()),
    );
    collect();
    // The cookies are twenty million bytes.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(5_000_000);
    expect(identities.at(-1)?.presented).toBe(`${ID}199`);
  });
});

describe("the identity of a request", () => {
  const cookie = `BAYEUX_BROWSER=${ID}`;
  const request = (socket: object, headers: object, httpVersionMajor = 1) =>
    ({ socket, headers, httpVersionMajor }) as unknown as NodeRequest;
  /** As a parser makes it: the same text, but not the same string. */
  const again = (text: string) => Buffer.from(text).toString();

  it("is the same object on a connection as long as the cookies are the same", () => {
    const socket = {};
    const first = identityOf(request(socket, { cookie }), COOKIE_DEFAULTS);
    expect(first.presented).toBe(ID);
    const same = request(socket, { cookie: again(cookie) });
    expect(identityOf(same, COOKIE_DEFAULTS)).toBe(first);
    const other = identityOf(request(socket, { cookie: `${cookie}x` }), COOKIE_DEFAULTS);
    expect(other.presented).toBe(`${ID}x`);
    expect(identityOf(request(socket, {}), COOKIE_DEFAULTS).presented).toBeUndefined();
    expect(identityOf(request({}, { cookie }), COOKIE_DEFAULTS)).not.toBe(first);
  });

  it("is looked for anew under another name", () => {
    const socket = {};
    const both = { cookie: `${cookie}; OTHER=${ID}2` };
    identityOf(request(socket, both), COOKIE_DEFAULTS);
    const other = identityOf(request(socket, both), { ...COOKIE_DEFAULTS, name: "OTHER" });
    expect(other.presented).toBe(`${ID}2`);
  });

  it("is new for each request that presents none", () => {
    const socket = {};
    const headers = { cookie: "a=b" };
    const first = identityOf(request(socket, headers), COOKIE_DEFAULTS);
    expect(identityOf(request(socket, headers), COOKIE_DEFAULTS)).not.toBe(first);
  });

  it("is kept nowhere over HTTP/2, whose requests share a socket that is not theirs", () => {
    const socket = Object.freeze({});
    expect(identityOf(request(socket, { cookie }, 2), COOKIE_DEFAULTS).presented).toBe(ID);
  });
});

describe("setCookieOf", () => {
  it("S6 keeps the cookie from scripts and from requests of other sites", () => {
    expect(setCookie(false)).toMatch(/^BAYEUX_BROWSER=[\w-]{32}; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it("S6 keeps it to secure connections where it came over one", () => {
    expect(setCookie(true)).toMatch(/; Secure$/);
    expect(setCookie(false, { secure: true })).toMatch(/; Secure$/);
    expect(setCookie(true, { secure: false })).not.toMatch(/Secure/);
  });

  it("is always secure when other sites may send it", () => {
    expect(setCookie(false, { sameSite: "none", secure: false })).toMatch(/SameSite=None; Secure$/);
  });

  it("S6 is taken only from this very host with the prefix", () => {
    const cookie = setCookie(false, { hostPrefix: true });
    expect(cookie).toMatch(/^__Host-BAYEUX_BROWSER=.*; Path=\/; .*; Secure$/);
    expect(cookie).not.toMatch(/Domain/);
    const presented = identity(cookie?.split(";", 1)[0], { hostPrefix: true }).presented;
    expect(presented).toMatch(/^[\w-]{32}$/);
  });

  it("sets nothing that is there already", () => {
    const known = identity(`BAYEUX_BROWSER=${ID}`);
    expect(setCookieOf(known, true, COOKIE_DEFAULTS)).toBeUndefined();
  });
});
