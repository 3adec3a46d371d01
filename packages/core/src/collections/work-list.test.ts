import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { WorkList } from "./work-list.ts";

interface Item {
  readonly number: number;
}

function filled(count: number): WorkList<Item> {
  const list = new WorkList<Item>();
  for (let number = 0; number < count; number++) list.add({ number });
  return list;
}

function taken(list: WorkList<Item>): number[] {
  const numbers: number[] = [];
  for (let item = list.take(); item !== undefined; item = list.take()) numbers.push(item.number);
  return numbers;
}

describe("a list of work", () => {
  it.each([0, 1, 2, 100])("gives %i in order, and then nothing, each time", (count) => {
    const list = filled(count);
    const numbers = Array.from({ length: count }, (_, number) => number);
    expect(list.isEmpty).toBe(count === 0);
    expect(taken(list)).toEqual(numbers);
    expect([list.isEmpty, list.take()]).toEqual([true, undefined]);
    for (const number of numbers) list.add({ number });
    expect(taken(list)).toEqual(numbers);
  });

  it("gives what is added meanwhile, also by the last one", () => {
    const list = filled(3);
    const numbers: number[] = [];
    for (let item = list.take(); item !== undefined; item = list.take()) {
      numbers.push(item.number);
      if (item.number < 3) list.add({ number: item.number + 3 });
    }
    expect(numbers).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("holds on to nothing that was taken", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const list = filled(3);
    const first = new WeakRef(list.take() as Item);
    // What a reference gave is kept for the turn.
    await new Promise((resolve) => setTimeout(resolve));
    collect();
    expect(first.deref()).toBe(undefined);
    expect(taken(list)).toEqual([1, 2]);
  });

  it("uses the places of few again, and keeps none of many", () => {
    const few = filled(100);
    taken(few);
    for (let number = 0; number < 50; number++) few.add({ number });
    expect(few.places).toBe(100);
    const many = filled(4_097);
    taken(many);
    expect(many.places).toBe(0);
  });
});
