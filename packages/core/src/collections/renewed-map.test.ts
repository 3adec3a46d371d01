import { describe, expect, it } from "vitest";
import { RenewedMap } from "./renewed-map.ts";
import { RenewedSet } from "./renewed-set.ts";

/** Keys that come in turn, of which each goes `living` later: long enough for many tables. */
function comeAndGo(living: number, come: (key: number) => void, go: (key: number) => void): void {
  for (let key = 0; key < 1_000; key++) {
    come(key);
    if (key >= living) go(key - living);
  }
}

describe.each([0, 1, 3, 50])("with %i entries that stay for a while", (living) => {
  const rest = Array.from({ length: living }, (_, index) => 1_000 - living + index);

  it("a map has what was set and not deleted, in the order of its coming", () => {
    const map = new RenewedMap<number, string>();
    comeAndGo(
      living,
      (key) => map.set(key, `${key}`),
      (key) => expect(map.delete(key)).toBe(true),
    );
    expect([...map.keys()]).toEqual(rest);
    expect([...map.values()]).toEqual(rest.map(String));
    expect([...map]).toEqual(rest.map((key) => [key, `${key}`]));
    expect(map.size).toBe(living);
    expect(map.has(999)).toBe(living > 0);
    expect(map.get(999)).toBe(living > 0 ? "999" : undefined);
    expect(map.delete(0)).toBe(false);
  });

  it("a set has what was added and not deleted, in the order of its coming", () => {
    const set = new RenewedSet<number>();
    comeAndGo(
      living,
      (value) => set.add(value),
      (value) => expect(set.delete(value)).toBe(true),
    );
    expect([...set]).toEqual(rest);
    expect(set.size).toBe(living);
    expect(set.has(999)).toBe(living > 0);
    expect(set.delete(0)).toBe(false);
  });
});

it("a set begins with the values that it is given", () => {
  expect([...new RenewedSet("abca")]).toEqual(["a", "b", "c"]);
});

it("deleting while iterating passes over what was deleted", () => {
  const map = new RenewedMap<number, number>();
  for (let key = 0; key < 100; key++) map.set(key, key);
  const seen: number[] = [];
  for (const [key] of map) {
    seen.push(key);
    map.delete(key);
    map.delete(key + 1);
  }
  expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => 2 * index));
});
