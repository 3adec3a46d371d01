import { systemPorts } from "@encke/core";
import { describe, expect, it, vi } from "vitest";
import { CommitQueue } from "./commit-queue.ts";
import { Partition } from "./partition.ts";
import type { RedisLink } from "./port/redis-link.ts";

const LEASE = { node: "a", generation: 1 };

class Calls {
  /** The ids of each call. */
  readonly ids: string[][] = [];
  readonly answers: ((reply: number[]) => void)[] = [];
  readonly timers: (() => void)[] = [];
  readonly queue: CommitQueue;

  constructor() {
    const run = vi.fn((_script: unknown, args: readonly string[]) => {
      this.ids.push(args.slice(2).filter((_, index) => index % 4 === 0));
      return new Promise<number[]>((resolve) => this.answers.push(resolve));
    });
    const link = { run } as unknown as RedisLink;
    const after = (_ms: number, callback: () => void): (() => void) => {
      this.timers.push(callback);
      return () => {};
    };
    this.queue = new CommitQueue(new Partition("p", 1, link), { ...systemPorts(), after });
  }

  add(...ids: readonly string[]): Promise<readonly boolean[]> {
    return Promise.all(ids.map((id) => this.queue.add(id, LEASE, [7])));
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("what clients have got", () => {
  it("is written together for all of one turn, and answered one by one", async () => {
    const calls = new Calls();
    const added = calls.add("x", "y", "z");
    await settled();
    expect(calls.ids).toEqual([["x", "y", "z"]]);
    calls.answers[0]?.([1, 0, 1]);
    expect(await added).toEqual([true, false, true]);
  });

  it("is gathered while a call is on its way", async () => {
    const calls = new Calls();
    const added = [calls.add("x")];
    await settled();
    added.push(calls.add("y"), calls.add("z"));
    await settled();
    expect(calls.ids).toEqual([["x"]]);
    calls.answers[0]?.([1]);
    await settled();
    expect(calls.ids).toEqual([["x"], ["y", "z"]]);
    calls.answers[1]?.([1, 1]);
    await Promise.all([...added, calls.queue.idle()]);
  });

  it("does not wait for long for a call that is not answered", async () => {
    const calls = new Calls();
    const added = [calls.add("x")];
    await settled();
    added.push(calls.add("y"));
    calls.timers[0]?.();
    await settled();
    expect(calls.ids).toEqual([["x"], ["y"]]);
    for (const answer of calls.answers) answer([1]);
    await Promise.all([...added, calls.queue.idle()]);
  });
});
