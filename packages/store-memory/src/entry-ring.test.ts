import type { LogEntry } from "@encke/core";
import { describe, expect, it } from "vitest";
import { EntryRing } from "./entry-ring.ts";

const BOUNDS = { maxBytes: Number.MAX_SAFE_INTEGER, maxEntries: 1_000_000, startAfter: 0 };

/** As core makes them. */
function entry(position: number, data: unknown, more: Partial<LogEntry> = {}): LogEntry {
  const channel = `/a/${position % 7}`;
  return { position, channel, json: JSON.stringify({ channel, data }), ...more };
}

/** Of every kind that is kept in another way, in an order in which each comes next to each. */
function entryOfSomeKind(position: number): LogEntry {
  const kinds: readonly (() => LogEntry)[] = [
    () => entry(position, "plain"),
    () => entry(position, "x".repeat(position % 1_500)),
    () => entry(position, { to: position }, { to: "client" }),
    () => entry(position, position % 500 < 20 ? "ä€😀" : "plain"),
    () => entry(position, 1, { hints: { lazy: 5 } }),
    () => ({ position, channel: "/b", json: "not of core" }),
    () => ({ position, channel: "", json: "" }),
    () => entry(position, "a", { except: "e", producer: { key: "k", sequence: position } }),
  ];
  const kind = kinds[(position * 5 + Math.floor(position / 11)) % kinds.length];
  return (kind as () => LogEntry)();
}

function sizeOf({ json, channel }: LogEntry): number {
  return 100 + 2 * (json.length + channel.length);
}

/** What a plain array with the same bounds has in the end. */
function newest(entries: readonly LogEntry[], { maxBytes, maxEntries }: typeof BOUNDS): LogEntry[] {
  const kept = [...entries];
  const bytes = (): number => kept.reduce((sum, one) => sum + sizeOf(one), 0);
  while (kept.length > maxEntries || (kept.length > 1 && bytes() > maxBytes)) kept.shift();
  return kept;
}

describe("the newest entries", () => {
  it.each([
    ["however many there are", BOUNDS],
    ["one", { ...BOUNDS, maxEntries: 1 }],
    ["fewer than go into a block", { ...BOUNDS, maxEntries: 10 }],
    ["some blocks", { ...BOUNDS, maxEntries: 300 }],
    ["as many as fit", { ...BOUNDS, maxBytes: 100_000 }],
  ])("are as they were, in order: %s", (_, bounds) => {
    const ring = new EntryRing(bounds);
    const pushed: LogEntry[] = [];
    // Positions have holes.
    for (let position = 1; position < 4_000; position += 1 + (position % 3)) {
      const one = entryOfSomeKind(position);
      ring.push(one);
      pushed.push(one);
      if (position % 97 === 0)
        expect(ring.read(position - 30, 5)).toEqual(readOf(pushed, position, bounds));
    }
    expect(ring.read(0, 10_000).entries).toEqual(newest(pushed, bounds));
  });

  function readOf(pushed: readonly LogEntry[], position: number, bounds: typeof BOUNDS) {
    const kept = newest(pushed, bounds);
    const wanted = kept.filter((one) => one.position > position - 30);
    const forgotten = pushed[pushed.length - kept.length - 1]?.position ?? 0;
    return {
      entries: wanted.slice(0, 5),
      isComplete: wanted.length <= 5,
      hasGap: position - 30 < forgotten,
    };
  }

  it("are as they were when there are more of them once they are shorter", () => {
    const bounds = { ...BOUNDS, maxBytes: 20_000 };
    const ring = new EntryRing(bounds);
    const pushed: LogEntry[] = [];
    for (let position = 1; position < 400; position++) {
      const one = entry(position, "x".repeat(position < 50 ? 500 : position % 5));
      ring.push(one);
      pushed.push(one);
    }
    expect(ring.read(0, 1_000).entries).toEqual(newest(pushed, bounds));
  });

  it("are made once, however many read them", () => {
    const ring = new EntryRing(BOUNDS);
    for (let position = 1; position < 200; position++) ring.push(entryOfSomeKind(position));
    const { entries } = ring.read(0, 1_000);
    for (let position = 200; position < 400; position++) ring.push(entryOfSomeKind(position));
    for (const [index, one] of ring.read(0, 199).entries.entries())
      expect(one).toBe(entries[index]);
  });

  it("begin after the position that it starts with", () => {
    const ring = new EntryRing({ ...BOUNDS, startAfter: 10 });
    expect(ring.read(9, 1)).toEqual({ entries: [], isComplete: true, hasGap: true });
    expect(ring.read(10, 1)).toEqual({ entries: [], isComplete: true, hasGap: false });
  });
});
