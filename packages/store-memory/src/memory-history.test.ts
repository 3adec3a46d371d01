import { describe, expect, it } from "vitest";
import { MemoryHistory } from "./memory-history.ts";

const ALL = -2;

class World {
  now = 0;
  head = 0;
  readonly history: MemoryHistory;

  constructor(startAfter = 0) {
    this.head = startAfter;
    this.history = new MemoryHistory({ now: () => this.now, head: () => this.head }, startAfter);
  }

  keep(channel: string, ms: number, count = 10): void {
    this.history.add({ channel, json: "1", keep: { count, ms }, position: ++this.head });
  }

  positions(channel: string, since = ALL): readonly number[] {
    return this.history.replay(channel, since, 100).entries.map(({ position }) => position);
  }

  hasGap(channel: string, since: number): boolean {
    return this.history.replay(channel, since, 100).hasGap;
  }
}

describe("MemoryHistory", () => {
  it("keeps each message for its own time", () => {
    const world = new World();
    world.keep("/a", 100);
    world.keep("/a", 10);
    world.keep("/a", 100);
    world.now = 50;
    expect(world.positions("/a")).toEqual([1, 3]);
    expect([world.hasGap("/a", 1), world.hasGap("/a", 2)]).toEqual([true, false]);
  });

  it("keeps a channel as long as one of its messages", () => {
    const world = new World();
    world.keep("/a", 10);
    world.now = 5;
    world.keep("/a", 10);
    world.now = 12;
    expect(world.positions("/a")).toEqual([2]);
    world.now = 15;
    expect(world.positions("/a")).toEqual([]);
  });

  it("reports a gap for a channel that it has forgotten, also when it begins again", () => {
    const world = new World();
    world.keep("/a", 10);
    world.now = 20;
    expect([world.hasGap("/a", 0), world.hasGap("/a", 1)]).toEqual([true, false]);
    world.keep("/a", 10);
    expect([world.hasGap("/a", 0), world.hasGap("/a", 1)]).toEqual([true, false]);
    expect(world.positions("/a", 0)).toEqual([2]);
  });

  it("reports a gap to who asks from before it began", () => {
    const world = new World(1_000);
    expect([world.hasGap("/a", 999), world.hasGap("/a", 1_000)]).toEqual([true, false]);
    world.keep("/a", 10);
    expect([world.hasGap("/a", 999), world.hasGap("/a", 1_000)]).toEqual([true, false]);
    expect(world.positions("/a", 999)).toEqual([1_001]);
  });

  it("keeps nothing of a message that wants none to be kept", () => {
    const world = new World();
    world.keep("/a", 10, 0);
    expect(world.positions("/a")).toEqual([]);
    expect(world.hasGap("/a", 0)).toBe(true);
  });
});
