import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Limits, ReceivedMessage } from "@encke/core";
import { describe, expect, it } from "vitest";
import { readParsedBody } from "./read-messages.ts";

const LIMITS = {
  ...{ bodyBytes: 65_536, messagesPerRequest: 100, jsonDepth: 32, idLength: 64 },
} as Limits;
const JSON_TEXT = '{"channel":"/chat/room/number/one","data":"some text that is kept"}';

/** A value as parsers of forms cut it out of what came in. */
function cutOut(): string {
  return Buffer.from(`${JSON_TEXT}&${"x".repeat(100_000)}`)
    .toString()
    .slice(0, JSON_TEXT.length);
}

function usedHeap(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

describe("messages of a body that a framework has read", () => {
  it.each([
    ["a form", (value: string) => ({ message: value }), true],
    ["a form of several", (value: string) => ({ message: [value] }), true],
    ["a text", (value: string) => value, false],
  ])("keep nothing of what else was in %s", (_what, bodyOf, isForm) => {
    const before = usedHeap();
    const kept: ReceivedMessage[] = [];
    for (let count = 0; count < 200; count++) {
      kept.push(...readParsedBody(bodyOf(cutOut()), { isForm }, LIMITS));
    }
    // All bodies together are twenty million bytes.
    expect(usedHeap() - before).toBeLessThan(5_000_000);
    expect(kept).toHaveLength(200);
    expect(kept.at(-1)).toEqual(JSON.parse(JSON_TEXT));
  });

  it.each(["\ud800", "ä€", "\u{1f600}"])("are the same with %j in them", (data) => {
    const text = `{"channel":"/a","data":"${data}"}`;
    expect(readParsedBody(text, { isForm: false }, LIMITS)).toEqual([{ channel: "/a", data }]);
  });
});
