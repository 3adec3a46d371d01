import { describe, expect, it } from "vitest";
import { type Expiring, ExpiryQueue } from "./expiry-queue.ts";

interface Item extends Expiring {
  readonly name: string;
}

function item(name: string, expiresAt: number): Item {
  return { name, expiresAt, filedAt: 0, slot: 0 };
}

function takeAll(queue: ExpiryQueue<Item>, now: number): string[] {
  const names: string[] = [];
  for (let next = queue.takeExpired(now); next; next = queue.takeExpired(now))
    names.push(next.name);
  return names;
}

/** A small generator with a fixed seed: the same steps in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

describe("ExpiryQueue", () => {
  it("gives what has ended, first what ended first, and nothing else", () => {
    const queue = new ExpiryQueue<Item>();
    for (const [name, at] of [
      ["c", 30],
      ["a", 10],
      ["d", 40],
      ["b", 20],
    ] as const) {
      queue.add(item(name, at));
    }
    expect(takeAll(queue, 9)).toEqual([]);
    expect(takeAll(queue, 30)).toEqual(["a", "b", "c"]);
    expect(takeAll(queue, 100)).toEqual(["d"]);
  });

  it("follows an end that is put off, and one that comes earlier", () => {
    const queue = new ExpiryQueue<Item>();
    const [late, early] = [item("late", 10), item("early", 50)];
    for (const added of [late, early]) queue.add(added);
    queue.renew(late, 60);
    queue.renew(early, 5);
    expect(takeAll(queue, 20)).toEqual(["early"]);
    expect(takeAll(queue, 59)).toEqual([]);
    expect(takeAll(queue, 60)).toEqual(["late"]);
  });

  it("agrees with a plain list over 20,000 steps of a fixed sequence", () => {
    const below = numbers(20_260_801);
    const queue = new ExpiryQueue<Item>();
    let living: Item[] = [];
    for (let now = 0; now < 20_000; now++) {
      const chosen = living[below(living.length || 1)];
      const step = below(4);
      if (step < 2 || chosen === undefined) {
        const added = item(`${now}`, now + below(200));
        queue.add(added);
        living.push(added);
      } else if (step === 2) queue.renew(chosen, now + below(300));
      else {
        queue.remove(chosen);
        living = living.filter((other) => other !== chosen);
      }
      const expired = living.filter(({ expiresAt }) => expiresAt <= now).map(({ name }) => name);
      expect(takeAll(queue, now).sort()).toEqual(expired.sort());
      living = living.filter(({ expiresAt }) => expiresAt > now);
    }
  });
});
