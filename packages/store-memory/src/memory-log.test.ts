import type { ILogListener, LogEntry } from "@encke/core";
import { describe, expect, it } from "vitest";
import { MemoryLog } from "./memory-log.ts";

type Heard = readonly [position: number, about: string];

function listening(log: MemoryLog, onHeard: (about: string) => void = () => {}): Heard[] {
  const heard: Heard[] = [];
  const note = (position: number, about: string): void => {
    heard.push([position, about]);
    onHeard(about);
  };
  const listener: ILogListener = {
    onEntries: (_, entries) => {
      for (const { position, json } of entries) note(position, json);
    },
    onControl: (_, { position, type }) => note(position, type),
    onGap: () => {},
    onState: () => {},
  };
  log.open(listener);
  return heard;
}

function append(
  log: MemoryLog,
  json: string,
  producer?: { key: string; sequence: number },
): number {
  const publication = { channel: "/a", json };
  return log.append(producer === undefined ? publication : { ...publication, producer }).position;
}

describe("MemoryLog", () => {
  it("counts positions from 1, and feeds inside append", () => {
    const log = new MemoryLog();
    const heard = listening(log);
    expect(append(log, "a")).toBe(1);
    expect(heard).toEqual([[1, "a"]]);
    expect(append(log, "b")).toBe(2);
  });

  it("keeps every member of a publication", () => {
    const log = new MemoryLog();
    const publication = {
      channel: "/a",
      json: "1",
      to: "b",
      except: "c",
      producer: { key: "p", sequence: 1 },
      keep: { count: 1, ms: 1 },
    };
    log.append(publication);
    expect(log.read(0, 0, 1).entries).toEqual([{ ...publication, position: 1 }]);
  });

  it("says in its feed what it was told of a text, and not of a copy", () => {
    const log = new MemoryLog();
    const fed: LogEntry[] = [];
    const nothing = (): void => undefined;
    log.open({
      onEntries: (_, entries) => void fed.push(...entries),
      ...{ onControl: nothing, onGap: nothing, onState: nothing },
    });
    for (const isAscii of [true, false, undefined])
      log.append({ channel: "/a", json: "1", isAscii });
    expect(fed.map(({ isAscii }) => isAscii)).toEqual([true, false, undefined]);
    expect(fed.map((entry) => ({ ...entry }).isAscii)).toEqual([undefined, undefined, undefined]);
  });

  it("feeds in order what is appended and announced from within the feed", () => {
    const log = new MemoryLog();
    const heard = listening(log, (about) => {
      if (about !== "a") return;
      append(log, "b");
      log.announce({ type: "moved", client: "c", from: "n", generation: 2 });
      append(log, "d");
    });
    append(log, "a");
    append(log, "e");
    expect(heard).toEqual([
      [1, "a"],
      [2, "b"],
      [3, "moved"],
      [4, "d"],
      [5, "e"],
    ]);
  });

  it("still feeds in order when a listener throws", () => {
    const log = new MemoryLog();
    const heard = listening(log, (about) => {
      if (about === "a") append(log, "b");
      if (about === "a") throw new Error("a listener's mistake");
    });
    expect(() => append(log, "a")).toThrow("a listener's mistake");
    append(log, "c");
    append(log, "d");
    expect(heard.map(([, about]) => about)).toEqual(["a", "b", "c", "d"]);
  });

  it("gives news of clients a position of their own, which read leaves out", () => {
    const log = new MemoryLog();
    append(log, "a");
    log.announce({ type: "ended", client: "c", owner: "n", reason: "timeout" });
    append(log, "b");
    expect(log.head()).toBe(3);
    expect(log.read(0, 0, 10)).toMatchObject({
      entries: [
        { position: 1, json: "a" },
        { position: 3, json: "b" },
      ],
      isComplete: true,
      hasGap: false,
    });
    expect(log.read(0, 2, 10).entries).toHaveLength(1);
  });

  it("refuses a second listener, and tells nothing after it was closed", () => {
    const log = new MemoryLog();
    const heard = listening(log);
    expect(() => listening(log)).toThrow("open already");
    log.close();
    append(log, "a");
    expect(heard).toEqual([]);
    expect(log.read(0, 0, 1).entries).toHaveLength(1);
  });

  it("forgets the oldest messages above its number of entries", () => {
    const log = new MemoryLog({ maxEntries: 100 });
    for (let index = 1; index <= 1_000; index++) append(log, `${index}`);
    const { entries, hasGap, isComplete } = log.read(0, 0, 1_000);
    expect(entries.map(({ position }) => position)).toEqual(
      Array.from({ length: 100 }, (_, index) => 901 + index),
    );
    expect([hasGap, isComplete]).toEqual([true, true]);
    expect(log.read(0, 900, 1_000).hasGap).toBe(false);
    expect(log.read(0, 899, 1_000).hasGap).toBe(true);
  });

  it("forgets the oldest messages above its bytes, but never the last one", () => {
    const log = new MemoryLog({ maxBytes: 1_000 });
    for (let index = 1; index <= 10; index++) append(log, "x".repeat(98));
    // 100 for itself, and 2 bytes for each of 98 characters and the 2 of the channel.
    expect(log.read(0, 0, 10).entries).toHaveLength(3);
    append(log, "x".repeat(10_000));
    expect(log.read(0, 0, 10).entries.map(({ position }) => position)).toEqual([11]);
  });

  it("starts after a position, and tells readers from below it of a gap", () => {
    const log = new MemoryLog({ startAfter: 1_000 });
    expect(append(log, "a")).toBe(1_001);
    expect(log.read(0, 999, 10)).toMatchObject({ entries: [{ position: 1_001 }], hasGap: true });
    expect(log.read(0, 1_000, 10).hasGap).toBe(false);
  });

  it("forgets the producers that were quiet longest", () => {
    const log = new MemoryLog({ maxProducers: 2 });
    const send = (key: string, sequence: number): boolean =>
      log.append({ channel: "/a", json: "1", producer: { key, sequence } }).isDuplicate;
    expect([send("a", 1), send("b", 1), send("a", 2), send("c", 1)]).not.toContain(true);
    expect(send("a", 2)).toBe(true);
    expect(send("b", 1)).toBe(false);
  });

  it("answers a duplicate with the position of the producer's last message", () => {
    const log = new MemoryLog();
    const producer = { key: "p", sequence: 1 };
    expect(append(log, "a", producer)).toBe(1);
    append(log, "b");
    expect(append(log, "a", producer)).toBe(1);
    expect(log.head()).toBe(2);
  });
});
