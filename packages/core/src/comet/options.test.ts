import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../protocol/limits.ts";
import type { IStore } from "../store/store.ts";
import { type CometOptions, settingsFrom } from "./options.ts";

const store = { log: {}, clients: {} } as IStore;

function codeOf(options: object): unknown {
  try {
    settingsFrom({ store, ...options } as CometOptions);
    return "fine";
  } catch (cause) {
    return (cause as { code: unknown }).code;
  }
}

describe("options", () => {
  it("have defaults", () => {
    expect(settingsFrom({ store })).toEqual({
      timeout: 30_000,
      interval: 0,
      maxInterval: 20_000,
      maxClientsPerBrowser: 5,
      overflow: "drop-oldest",
      broadcastToPublisher: true,
      allowRootWildcard: false,
      binding: "auto",
      policies: {},
      limits: DEFAULT_LIMITS,
    });
  });

  it("take the place of their defaults, one by one", () => {
    const settings = settingsFrom({ store, timeout: 1, limits: { bodyBytes: 10 } });
    expect(settings).toMatchObject({
      timeout: 1,
      maxInterval: 20_000,
      limits: { ...DEFAULT_LIMITS, bodyBytes: 10 },
    });
  });

  it("that are missing altogether are refused", () => {
    expect(() => settingsFrom(undefined as never)).toThrow("Options are missing.");
  });

  it("take policies as functions and as objects, and handlers as objects", () => {
    const policies = { publish: () => true, subscribe: { decide: () => true }, create: undefined };
    const handlers = { "/meta/connect": { handleMessage: () => ({ replies: [] }) } };
    expect(codeOf({ policies, handlers })).toBe("fine");
  });

  it("that are undefined have their defaults", () => {
    expect(settingsFrom({ store, timeout: undefined } as never).timeout).toBe(30_000);
    expect(
      settingsFrom({ store, limits: { bodyBytes: undefined } } as never).limits.bodyBytes,
    ).toBe(65_536);
  });

  it.each([
    [{ store: undefined }],
    [{ store: null }],
    [{ store: "memory" }],
    [{ policies: { publish: "yes" } }],
    [{ policies: { publish: {} } }],
    [{ handlers: { "/meta/conect/x": { handleMessage: () => undefined } } }],
    [{ handlers: { publishing: { handleMessage: () => undefined } } }],
    [{ handlers: { publish: {} } }],
    [{ ports: { now: 5 } }],
    [{ log: console }],
    [{ policies: () => true }],
    [{ limits: 5 }],
    [{ allowRootWildcard: "no" }],
    [{ broadcastToPublisher: 0 }],
    [{ timeOut: 1 }],
    [{ toString: 1 }],
    [{ limits: { bodybytes: 1 } }],
    [{ policies: { connect: () => true } }],
    [{ timeout: -1 }],
    [{ timeout: Number.NaN }],
    [{ timeout: Number.POSITIVE_INFINITY }],
    [{ timeout: 2 ** 31 }],
    [{ timeout: "30" }],
    [{ interval: -1 }],
    [{ maxInterval: 999 }],
    [{ overflow: "drop" }],
    [{ overflow: "constructor" }],
    [{ binding: true }],
    [{ limits: { bodyBytes: 0 } }],
    [{ limits: { bodyBytes: -1 } }],
    [{ limits: { bodyBytes: "1" } }],
    [{ limits: { bodyBytes: Number.NaN } }],
  ])("are refused when they are %j", (options) => {
    expect(codeOf(options)).toBe("options_invalid");
  });

  it.each([
    [{ timeout: 0 }],
    [{ timeout: 2 ** 31 - 1 }],
    [{ maxInterval: 1_000 }],
    [{ overflow: "disconnect" }],
    [{ binding: "strict" }],
    [{ limits: { mailboxMessages: Number.POSITIVE_INFINITY } }],
    [{ policies: { renew: () => true } }],
    [{ handlers: {}, log: () => {}, ports: {} }],
  ])("may be %j", (options) => {
    expect(codeOf(options)).toBe("fine");
  });
});
