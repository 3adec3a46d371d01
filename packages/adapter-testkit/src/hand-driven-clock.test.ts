import { describe, expect, it } from "vitest";
import { HandDrivenClock } from "./hand-driven-clock.ts";

describe("a hand-driven clock", () => {
  it("rings in order of time, at the time that was asked for, and only as far as it was moved", () => {
    const clock = new HandDrivenClock();
    const rung: [string, number][] = [];
    const ring = (name: string) => () => rung.push([name, clock.now()]);
    clock.after(30, ring("third"));
    clock.after(10, ring("first"));
    clock.after(20, ring("second"));
    clock.advance(25);
    expect(rung).toEqual([
      ["first", 10],
      ["second", 20],
    ]);
    expect(clock.now()).toBe(25);
  });

  it("rings what is set while it is moved", () => {
    const clock = new HandDrivenClock();
    const rung: number[] = [];
    clock.after(10, () => clock.after(5, () => rung.push(clock.now())));
    clock.advance(20);
    expect(rung).toEqual([15]);
  });

  it("does not ring what was cancelled", () => {
    const clock = new HandDrivenClock();
    const rung: number[] = [];
    clock.after(10, () => rung.push(10))();
    clock.advance(20);
    expect(rung).toEqual([]);
  });
});
