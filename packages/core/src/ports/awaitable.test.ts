import { describe, expect, it } from "vitest";
import { type Awaitable, allOf, attempt, chain, forEachInOrder, isPromise } from "./awaitable.ts";

/** What is no Promise, and can be awaited. */
// biome-ignore lint/suspicious/noThenProperty: that is what it is about.
const THENABLE = { then: (next: (value: number) => unknown) => next(1) };

describe("isPromise", () => {
  it("is true of whatever can be awaited, and of nothing else", () => {
    expect(isPromise(Promise.resolve())).toBe(true);
    expect(isPromise(THENABLE as PromiseLike<number>)).toBe(true);
    for (const value of [undefined, null, 0, "", "then", {}, [], () => 1]) {
      expect(isPromise(value)).toBe(false);
    }
  });
});

describe("chain", () => {
  it("goes on at once with a plain value", () => {
    expect(chain(1, (value) => value + 1)).toBe(2);
  });

  it("goes on later with what a promise brings", async () => {
    const chained = chain(Promise.resolve(1), (value) => value + 1);
    expect(isPromise(chained)).toBe(true);
    expect(await chained).toBe(2);
  });
});

describe("attempt", () => {
  const cause = new Error("no");
  const tasks: readonly [string, () => Awaitable<string>][] = [
    [
      "throws",
      () => {
        throw cause;
      },
    ],
    ["rejects", () => Promise.reject(cause)],
  ];

  it.each(tasks)("makes a value of the failure of a task that %s", async (_, task) => {
    expect(await attempt(task, (reason) => [reason])).toEqual([cause]);
  });

  it("gives what a task gives that does not fail, at once or later", async () => {
    const never = (): never => {
      throw new Error("must not be called");
    };
    expect(attempt(() => 1, never)).toBe(1);
    expect(await attempt(() => Promise.resolve(2), never)).toBe(2);
  });
});

describe("what can be awaited and is no promise", () => {
  it("goes on once, though it calls back twice and returns nothing", async () => {
    const twice = thenable((resolve) => {
      resolve(1);
      resolve(2);
    });
    const seen: number[] = [];
    await chain(twice, (value) => void seen.push(value));
    await chain(
      attempt(() => twice, fail),
      (value) => void seen.push(value as number),
    );
    expect(seen).toEqual([1, 1]);
  });

  it("fails when it rejects or throws", async () => {
    const cause = new Error("no");
    const rejects = thenable((_, reject) => reject(cause));
    const throws = thenable(() => {
      throw cause;
    });
    for (const one of [rejects, throws]) {
      await expect(chain(one, fail)).rejects.toBe(cause);
      expect(
        await attempt(
          () => one,
          (reason) => [reason],
        ),
      ).toEqual([cause]);
    }
  });
});

describe("forEachInOrder", () => {
  it("visits all at once when no visit answers later", () => {
    const visited: number[] = [];
    const answer = forEachInOrder([1, 2, 3], (item) => void visited.push(item));
    expect(answer).toBeUndefined();
    expect(visited).toEqual([1, 2, 3]);
  });

  it("does not visit the next before the visit before has ended", async () => {
    const visited: string[] = [];
    await forEachInOrder([1, 2, 3], async (item) => {
      visited.push(`begin ${item}`);
      await Promise.resolve();
      visited.push(`end ${item}`);
    });
    expect(visited).toEqual(["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3"]);
  });

  it("visits no more after a visit that failed", async () => {
    const visited: number[] = [];
    const visit = (item: number): Promise<void> => {
      visited.push(item);
      return item === 2 ? Promise.reject(new Error("no")) : Promise.resolve();
    };
    await expect(forEachInOrder([1, 2, 3], visit)).rejects.toThrow("no");
    expect(visited).toEqual([1, 2]);
  });
});

function fail(): never {
  throw new Error("must not be called");
}

type Executor = (resolve: (value: number) => void, reject: (cause: unknown) => void) => void;

function thenable(then: Executor): PromiseLike<number> {
  return { then } as PromiseLike<number>;
}

describe("allOf", () => {
  it("is there at once where all are there", () => {
    expect(allOf([undefined, undefined])).toBeUndefined();
  });

  it("settles with the last of them", async () => {
    let done: () => void = () => {};
    const last = new Promise<void>((resolve) => {
      done = resolve;
    });
    let isSettled = false;
    const all = Promise.resolve(allOf([Promise.resolve(), last])).then(() => {
      isSettled = true;
    });
    await Promise.resolve();
    expect(isSettled).toBe(false);
    done();
    await all;
    expect(isSettled).toBe(true);
  });
});
