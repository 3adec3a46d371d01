import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Sweeper } from "./sweeper.ts";

const EVERY = 10_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A sweeper over partitions of which some cannot be reached. */
function sweeperOf(...replies: readonly (number | Error)[]): {
  readonly sweeper: Sweeper;
  readonly log: string[];
  readonly swept: number[];
} {
  const [log, swept]: [string[], number[]] = [[], []];
  const partitions = replies.map((reply, index) => ({
    tryToRun: async () => {
      swept.push(index);
      if (reply instanceof Error) throw reply;
      return reply;
    },
  }));
  const host = { log: (_: string, text: string) => void log.push(text) };
  return { sweeper: new Sweeper({ host, partitions, retention: 1 }), log, swept };
}

it("sweeps all partitions again and again", async () => {
  const { sweeper, swept } = sweeperOf(0, 0);
  sweeper.start();
  await vi.advanceTimersByTimeAsync(2 * EVERY);
  expect(swept).toEqual([0, 1, 0, 1]);
});

it("tries another time when Redis is away", async () => {
  const { sweeper, log, swept } = sweeperOf(new Error("away"));
  sweeper.start();
  await vi.advanceTimersByTimeAsync(2 * EVERY);
  expect([log[0], swept]).toEqual(["store-redis: old messages stay for now", [0, 0]]);
});

it("leaves no timer behind, and sweeps no more when it is stopped", async () => {
  const { sweeper, swept } = sweeperOf(0, 0);
  sweeper.start();
  vi.advanceTimersByTime(EVERY);
  sweeper.stop();
  await vi.advanceTimersByTimeAsync(EVERY);
  expect([vi.getTimerCount(), swept]).toEqual([0, [0]]);
});

it("does not begin when the store was closed while it opened", () => {
  const { sweeper } = sweeperOf(0);
  sweeper.stop();
  sweeper.start();
  expect(vi.getTimerCount()).toBe(0);
});
