import { expect, it } from "vitest";
import { type SocketIoOptions, settingsOf } from "./options.ts";

it("has the root as its only namespace unless others are declared", () => {
  expect(settingsOf({}).namespaces).toEqual({ "/": {} });
  expect(settingsOf({ namespaces: { "/chat": {} } }).namespaces).toEqual({ "/chat": {} });
});

it("takes an option that is undefined as one that was not given", () => {
  expect(settingsOf({ pingInterval: undefined } as never).pingInterval).toBe(25_000);
});

it.each<[string, unknown]>([
  ["unknown", { perMessageDeflate: true }],
  ["a size that is none", { maxAttachments: 0 }],
  ["a time that no timer has", { pingTimeout: 2 ** 31 }],
  ["a namespace that is no name", { namespaces: { chat: {} } }],
  ["a namespace with an unknown option", { namespaces: { "/chat": { rooms: [] } } }],
  ["an event that is no name", { namespaces: { "/chat": { subscribe: ["say it"] } } }],
  ["a name in the place of a list", { namespaces: { "/chat": { subscribe: "say" } } }],
])("refuses %s", (_name, options) => {
  expect(() => settingsOf(options as SocketIoOptions)).toThrowError(
    expect.objectContaining({ code: "options_invalid" }),
  );
});
