import { describe, expect, it } from "vitest";
import type { LogEntry } from "../store/message-log.ts";
import { Milestones } from "./milestones.ts";

/** The partition is what the channel is called. */
const log = { partitionOf: (channel: string) => Number(channel.slice(1)) };

describe("milestones of a client", () => {
  it("say for each partition what has arrived", () => {
    const milestones = new Milestones(log);
    const number = milestones.add([5, 50], [entry(0, 7), entry(1, 60)]);
    const hasArrived = milestones.arrivedWith(number) ?? (() => undefined);
    expect([entry(0, 7), entry(0, 8), entry(1, 60), entry(1, 61)].map(hasArrived)).toEqual([
      ...[true, false, true, false],
    ]);
  });

  it("grow, and are never below the positions that they stand for", () => {
    const milestones = new Milestones(log, [[100, 1, 1]]);
    expect(milestones.add([1, 1], [entry(0, 9)])).toBe(101);
    expect(milestones.add([1, 1], [entry(0, 500)])).toBe(500);
  });

  it("mean the same to a node that reads them from the store", () => {
    const here = new Milestones(log);
    const number = here.add([5, 50], [entry(1, 60)]);
    const there = new Milestones(log, JSON.parse(JSON.stringify(here.all)));
    expect(there.arrivedWith(number)?.(entry(1, 60))).toBe(true);
    expect(there.reached).toBe(number);
  });

  it("that are not known acknowledge nothing", () => {
    const milestones = new Milestones(log);
    milestones.add([0, 0], [entry(0, 1)]);
    for (const number of [-1, 0, 0.5, Number.NaN, 2]) {
      expect(milestones.arrivedWith(number)).toBeUndefined();
    }
    expect(milestones.reached).toBe(0);
  });

  it("can be acknowledged again, and those before them no more", () => {
    const milestones = new Milestones(log);
    const [first, second] = [entry(0, 1), entry(0, 2)].map((sent) =>
      milestones.add([0, 0], [sent]),
    );
    for (const _ of "12") expect(milestones.arrivedWith(second as number)).toBeDefined();
    expect(milestones.arrivedWith(first as number)).toBeUndefined();
  });

  it("are few, however many answers were lost, and the last that was acknowledged is among them", () => {
    const milestones = new Milestones(log);
    const first = milestones.add([0, 0], [entry(0, 1)]);
    milestones.arrivedWith(first);
    for (let position = 2; position < 100; position++) milestones.add([1, 0], [entry(0, position)]);
    expect(milestones.all).toHaveLength(16);
    expect(milestones.all.map(([number]) => number)).toEqual(expect.arrayContaining([1, 85, 99]));
  });
});

function entry(partition: number, position: number): LogEntry {
  return { channel: `/${partition}`, json: "{}", position };
}
