import { CometError } from "@encke/core";
import { describe, expect, it } from "vitest";
import { type CometHttpOptions, settingsOf } from "./settings.ts";

describe("settingsOf", () => {
  it("fills in defaults, for what is given as undefined, too", () => {
    const settings = settingsOf({ path: undefined, cookie: { name: undefined } } as never);
    expect(settings).toMatchObject({
      path: "/comet",
      origins: "same-origin",
      trustProxy: false,
      callbackPolling: false,
      webSocket: true,
      bodyTimeout: 10_000,
      cookie: { name: "BAYEUX_BROWSER", sameSite: "lax", secure: "auto" },
    });
  });

  it("keeps the path without slashes at its end", () => {
    expect(settingsOf({ path: "/a/b//" }).path).toBe("/a/b");
    expect(settingsOf({ path: "/" }).path).toBe("");
  });

  it("turns the cookie off", () => {
    expect(settingsOf({ cookie: false }).cookie).toBeUndefined();
  });

  it.each([
    ["an unknown option", { pth: "/comet" }, 'There is no option "pth".'],
    [
      "an unknown option of the cookie",
      { cookie: { nam: "a" } },
      'There is no option "cookie.nam".',
    ],
    ["an option that every object has", { toString: 1 }, 'There is no option "toString".'],
    ["a path that does not begin with a slash", { path: "comet" }, '"path" must be a path'],
    ["a path with a query", { path: "/comet?x" }, '"path" must be a path'],
    ["an origin with a path", { origins: ["https://a.org/"] }, '"origins" must be'],
    [
      "an origin with its scheme's own port",
      { origins: ["https://a.org:443"] },
      '"origins" must be',
    ],
    ["an origin without a scheme", { origins: ["a.org"] }, '"origins" must be'],
    ["a star in a list", { origins: ["*"] }, '"origins" must be'],
    ["a time of nothing", { bodyTimeout: 0 }, '"bodyTimeout" must be a number of milliseconds'],
    ["a time beyond what timers can wait", { bodyTimeout: 2 ** 31 }, '"bodyTimeout" must be'],
    ["half a fragment", { maxFragments: 1.5 }, '"maxFragments" must be a whole number'],
    ["a text for a switch", { webSocket: "yes" }, '"webSocket" must be true or false'],
    ["a cookie that is switched on", { cookie: true }, '"cookie" must be an object or false'],
    ["a cookie name with a space", { cookie: { name: "a b" } }, '"cookie.name" must be'],
    ["a header name with a line end", { allowedHeaders: ["a\n"] }, '"allowedHeaders" must be'],
    [
      "a prefixed cookie below a path",
      { cookie: { hostPrefix: true, path: "/a" } },
      '"cookie.path"',
    ],
  ])("refuses %s", (_name, options, text) => {
    const refused = (): unknown => settingsOf(options as CometHttpOptions);
    expect(refused).toThrow(CometError);
    expect(refused).toThrow(expect.objectContaining({ code: "options_invalid" }));
    expect(refused).toThrow(text);
  });

  it.each<CometHttpOptions>([
    { origins: "*" },
    { origins: ["https://a.org", "http://localhost:3000", "null", "capacitor://localhost"] },
    { origins: () => true },
    { cookie: { name: "id", path: "/a", sameSite: "none", secure: false } },
    { allowedHeaders: ["X-Token"] },
  ])("takes %j", (options) => {
    expect(settingsOf(options)).toBeDefined();
  });
});
