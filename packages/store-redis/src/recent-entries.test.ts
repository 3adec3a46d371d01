import { expect, it } from "vitest";
import { RecentEntries } from "./recent-entries.ts";

const ROOM = 100;

it("remembers the end of the log for ten seconds", () => {
  let now = 0;
  const recent = new RecentEntries({ now: () => now }, ROOM);
  recent.add(1_024, ["h", "old"]);
  now = 10_001;
  recent.add(2_048, ["h", "new"]);
  expect(recent.toArguments()).toEqual(["1", "2-0", "2", "h", "new", "0"]);
});

it("forgets the oldest when they become too large, and never the newest", () => {
  const recent = new RecentEntries({ now: () => 0 }, ROOM);
  for (let index = 1; index <= 3; index++) recent.add(index, ["x".repeat(60)]);
  expect([1, 2, 3].map((position) => recent.has(position))).toEqual([false, false, true]);
});

it("gives what it knows in order of position, each once", () => {
  const recent = new RecentEntries({ now: () => 0 }, ROOM);
  for (const position of [2_048, 1_024, 2_048]) recent.add(position, ["h", `${position}`]);
  expect(recent.toArguments()).toEqual([
    "2",
    "1-0",
    "2",
    "h",
    "1024",
    "0",
    "2-0",
    "2",
    "h",
    "2048",
    "0",
  ]);
});
