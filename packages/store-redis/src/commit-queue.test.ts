import { systemPorts } from "@encke/core";
import { describe, expect, it, vi } from "vitest";
import { CommitQueue } from "./commit-queue.ts";
import { Partition } from "./partition.ts";
import type { RedisLink } from "./port/redis-link.ts";

const LEASE = { node: "a", generation: 1 };

interface Group {
  readonly lease: string;
  readonly cursor: string;
  readonly ids: readonly string[];
}

class Calls {
  /** What each call has told of clients. */
  readonly groups: Group[][] = [];
  readonly answers: ((reply: number[]) => void)[] = [];
  readonly timers: (() => void)[] = [];
  /** Thrown by the next call, at once. */
  trouble: Error | undefined;
  readonly queue: CommitQueue;

  constructor() {
    const run = vi.fn((_script: unknown, args: readonly string[]) => {
      this.groups.push(groupsOf(args.slice(2)));
      const { trouble } = this;
      this.trouble = undefined;
      if (trouble) throw trouble;
      return new Promise<number[]>((resolve) => this.answers.push(resolve));
    });
    const link = { run } as unknown as RedisLink;
    const after = (_ms: number, callback: () => void): (() => void) => {
      this.timers.push(callback);
      return () => {};
    };
    this.queue = new CommitQueue(new Partition("p", 1, link), { ...systemPorts(), after });
  }

  /** The ids of each call. */
  get ids(): readonly (readonly string[])[] {
    return this.groups.map((groups) => groups.flatMap(({ ids }) => ids));
  }

  add(...ids: readonly string[]): Promise<readonly boolean[]> {
    return Promise.all(ids.map((id) => this.queue.add(id, LEASE, [7])));
  }
}

function groupsOf(args: readonly string[]): Group[] {
  const [node, generation, cursor = "", count] = args;
  if (node === undefined) return [];
  const end = 4 + Number(count);
  return [
    { lease: `${node} ${generation}`, cursor, ids: args.slice(4, end) },
    ...groupsOf(args.slice(end)),
  ];
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("what clients have got", () => {
  it("is written together for all of one turn, and answered one by one", async () => {
    const calls = new Calls();
    const added = calls.add("x", "y", "z");
    await settled();
    expect(calls.ids).toEqual([["x", "y", "z"]]);
    calls.answers[0]?.([1]);
    expect(await added).toEqual([true, false, true]);
  });

  it("is told once for those who have got equally far under leases that look the same", async () => {
    const calls = new Calls();
    const added = [
      ["w", LEASE, [7, 9]],
      ["x", LEASE, [7, 9]],
      ["y", LEASE, [7, 8]],
      ["z", { node: "a", generation: 2 }, [7, 8]],
      ["x", { node: "b", generation: 2 }, [7, 8]],
      ["w", { node: "b", generation: 2 }, [7, 8]],
    ] as const;
    const answers = Promise.all(
      added.map(([id, lease, cursor]) => calls.queue.add(id, lease, cursor)),
    );
    await settled();
    expect(calls.groups).toEqual([
      [
        { lease: "a 1", cursor: "7,9", ids: ["w", "x"] },
        { lease: "a 1", cursor: "7,8", ids: ["y"] },
        { lease: "a 2", cursor: "7,8", ids: ["z"] },
        { lease: "b 2", cursor: "7,8", ids: ["x", "w"] },
      ],
    ]);
    // Of the client that is there twice, the old lease.
    calls.answers[0]?.([1, 3]);
    expect(await answers).toEqual([true, false, true, false, true, true]);
  });

  it("is told in the order in which it came", async () => {
    const calls = new Calls();
    const added = [7, 8, 7].map((position) => calls.queue.add("x", LEASE, [position]));
    await settled();
    expect(calls.groups[0]?.map(({ cursor }) => cursor)).toEqual(["7", "8", "7"]);
    calls.answers[0]?.([]);
    await Promise.all(added);
  });

  it("leaves in calls of a size that Redis can bear", async () => {
    const calls = new Calls();
    const ids = Array.from({ length: 600 }, (_, index) => `c${index}`);
    const added = calls.add(...ids);
    for (let index = 0; index < 3; index++) {
      await settled();
      calls.answers[index]?.([0]);
    }
    expect(calls.ids).toEqual([ids.slice(0, 250), ids.slice(250, 500), ids.slice(500)]);
    const refused = (await added).flatMap((isOurs, index) => (isOurs ? [] : [index]));
    expect(refused).toEqual([0, 250, 500]);
    await calls.queue.idle();
  });

  it("fails where Redis does not answer with a list", async () => {
    const calls = new Calls();
    const added = calls.add("x");
    await settled();
    calls.answers[0]?.(null as unknown as number[]);
    await expect(added).rejects.toThrow("refused");
  });

  it("is what it was when the queue was told", async () => {
    const calls = new Calls();
    const cursor = [7];
    const added = [calls.queue.add("x", LEASE, cursor)];
    cursor[0] = 9;
    added.push(calls.queue.add("y", LEASE, cursor));
    await settled();
    expect(calls.groups[0]?.map((group) => group.cursor)).toEqual(["7", "9"]);
    calls.answers[0]?.([]);
    await Promise.all(added);
  });

  it("fails for all of a call, and goes on with the next", async () => {
    const calls = new Calls();
    const added = calls.add("x", "y");
    await settled();
    const next = calls.add("z");
    calls.answers[0]?.(Promise.reject(new Error("no")) as unknown as number[]);
    await expect(added).rejects.toThrow("no");
    await settled();
    calls.answers[1]?.([]);
    expect(await next).toEqual([true]);
  });

  it("fails for all of a call that could not even be made, and goes on with the next", async () => {
    const calls = new Calls();
    calls.trouble = new Error("no");
    await expect(calls.add("x", "y")).rejects.toThrow("no");
    const next = calls.add("z");
    await settled();
    calls.answers[0]?.([]);
    expect(await next).toEqual([true]);
    await calls.queue.idle();
  });

  it("is gathered while a call is on its way", async () => {
    const calls = new Calls();
    const added = [calls.add("x")];
    await settled();
    added.push(calls.add("y"), calls.add("z"));
    await settled();
    expect(calls.ids).toEqual([["x"]]);
    calls.answers[0]?.([]);
    await settled();
    expect(calls.ids).toEqual([["x"], ["y", "z"]]);
    calls.answers[1]?.([]);
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
    for (const answer of calls.answers) answer([]);
    await Promise.all([...added, calls.queue.idle()]);
  });
});
