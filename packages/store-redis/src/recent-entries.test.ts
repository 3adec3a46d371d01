import { expect, it } from "vitest";
import { RecentEntries } from "./recent-entries.ts";

const ROOM = 100;

it("remembers the end of the log for ten seconds", () => {
  let now = 0;
  const recent = new RecentEntries({ now: () => now }, ROOM);
  recent.add(1_024, ["h", "old"], "told");
  now = 10_001;
  recent.add(2_048, ["h", "new"], "told");
  expect(recent.toArguments()).toEqual(["1", "2-0", "1", "2", "h", "new", "0"]);
});

it("forgets the oldest when they become too large, and never the newest", () => {
  const recent = new RecentEntries({ now: () => 0 }, ROOM);
  for (let index = 1; index <= 3; index++) recent.add(index, ["x".repeat(60)], "told");
  expect([1, 2, 3].map((position) => recent.wasTold(position))).toEqual([false, false, true]);
});

it("gives what it knows in order of position, each once", () => {
  const recent = new RecentEntries({ now: () => 0 }, ROOM);
  for (const position of [2_048, 1_024, 2_048]) {
    recent.add(position, ["h", `${position}`], position === 1_024 ? "stored" : "read");
  }
  const [read, stored] = ["1", "0"];
  expect(recent.toArguments()).toEqual([
    ...["2", "1-0", stored, "2", "h", "1024", "0"],
    ...["2-0", read, "2", "h", "2048", "0"],
  ]);
});

it("knows what clients have, whatever it hears of an entry later", () => {
  const recent = new RecentEntries({ now: () => 0 }, ROOM);
  const stages = (["stored", "read", "told", "stored"] as const).map((stage) => {
    recent.add(1, ["h", "1"], stage);
    return recent.wasTold(1);
  });
  expect(stages).toEqual([false, false, true, true]);
});
