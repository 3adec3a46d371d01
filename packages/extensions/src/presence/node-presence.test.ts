import { describe, expect, it } from "vitest";
import { NodePresence } from "./node-presence.ts";

const TTL = 1_000;

class Clock {
  time = 0;
  readonly presence: NodePresence = new NodePresence(() => this.time);

  enter(channel: string, ...ids: readonly string[]): readonly boolean[] {
    return ids.map((id) => this.presence.enter(channel, id, `info ${id}`, TTL));
  }

  ids(channel: string): readonly string[] {
    return this.presence.list(channel, 10).members.map(({ clientId }) => clientId);
  }
}

describe("the presence of one node", () => {
  it("says who is new and who has left, once", () => {
    const { presence } = new Clock();
    expect(presence.enter("/a", "x", "", TTL)).toBe(true);
    expect(presence.enter("/a", "x", "", TTL)).toBe(false);
    expect(presence.leave("/a", "x")).toBe(true);
    expect(presence.leave("/a", "x")).toBe(false);
    expect(presence.leave("/b", "x")).toBe(false);
    expect(presence.enter("/a", "x", "", TTL)).toBe(true);
  });

  it("lists page by page, in order, with what was said last, and counts", () => {
    const clock = new Clock();
    clock.enter("/a", "c", "a", "d", "b");
    clock.presence.enter("/a", "a", "new", TTL);
    const first = clock.presence.list("/a", 2);
    expect(first).toEqual({
      members: [
        { clientId: "a", info: "new" },
        { clientId: "b", info: "info b" },
      ],
      next: "b",
    });
    const second = clock.presence.list("/a", 2, first.next);
    expect(second.members.map(({ clientId }) => clientId)).toEqual(["c", "d"]);
    expect(second).not.toHaveProperty("next");
    expect(clock.presence.count("/a")).toBe(4);
    expect(clock.presence.count("/b")).toBe(0);
    expect(clock.presence.list("/b", 2)).toEqual({ members: [] });
  });

  it("forgets who has not entered again in time, and nobody else", () => {
    const clock = new Clock();
    clock.enter("/a", "x", "y");
    clock.time = TTL - 1;
    clock.enter("/a", "x");
    clock.time = TTL;
    expect(clock.ids("/a")).toEqual(["x"]);
    expect(clock.presence.count("/a")).toBe(1);
    expect(clock.enter("/a", "x", "y")).toEqual([false, true]);
  });

  it("forgets also on channels that nobody asks for", () => {
    const clock = new Clock();
    for (let channel = 0; channel < 100; channel++) clock.enter(`/${channel}`, "x");
    expect(clock.presence.size).toBe(100);
    clock.time = 2 * TTL;
    clock.enter("/a", "x");
    expect(clock.presence.size).toBe(1);
    clock.presence.leave("/a", "x");
    expect(clock.presence.size).toBe(0);
  });
});
