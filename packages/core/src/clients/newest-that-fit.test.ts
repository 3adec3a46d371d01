import { describe, expect, it } from "vitest";
import { newestThatFit } from "./newest-that-fit.ts";

const LIMITS = { mailboxMessages: 3, mailboxBytes: 10 };

const entries = (...texts: readonly string[]) =>
  texts.map((json, index) => ({ position: index + 1, channel: "/a", json }));

describe("newestThatFit", () => {
  it.each([
    ["all where there is room", ["1", "2"], { size: 0, bytes: 0 }, ["1", "2"]],
    ["no more than there may be", ["1", "2", "3", "4"], { size: 1, bytes: 1 }, ["3", "4"]],
    ["no more bytes than there may be", ["1", "é\u00e9é", "345"], { size: 0, bytes: 2 }, ["345"]],
    ["none where it is full", ["1", "2"], { size: 3, bytes: 0 }, []],
    ["none where it holds too much", ["1", "2"], { size: 9, bytes: 99 }, []],
    ["none of none", [], { size: 0, bytes: 0 }, []],
  ] as const)("takes %s", (_what, texts, mailbox, fitting) => {
    const taken = newestThatFit(entries(...texts), mailbox, LIMITS);
    expect(taken.map(({ json }) => json)).toEqual(fitting);
  });
});
