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

/** Goes over what has ten, and does something at the first of them. Keys are what is seen. */
function seenWhile(keys: Iterable<string>, atFirst: () => void): string[] {
  const seen: string[] = [];
  for (const key of keys) {
    seen.push(key);
    if (seen.length === 1) atFirst();
  }
  return seen;
}

describe("an iteration", () => {
  const ten = Array.from("abcdefghij");

  /** So much that there are other tables. */
  function change(collection: { delete(key: string): boolean }, add: (key: string) => void): void {
    for (let time = 0; time < 200; time++) {
      add("for a moment");
      collection.delete("for a moment");
    }
    for (const key of "bcdefgh") collection.delete(key);
    add("k");
    collection.delete("j");
    add("l");
    collection.delete("l");
  }

  it("over a map passes over what has gone, and comes to what has come", () => {
    const map = new RenewedMap<string, number>();
    for (const [index, key] of ten.entries()) map.set(key, index);
    expect(seenWhile(map.keys(), () => change(map, (key) => map.set(key, 0)))).toEqual([..."aik"]);
    expect([...map.values()]).toEqual([0, 8, 0]);
  });

  it("over a set does so, too", () => {
    const set = new RenewedSet(ten);
    expect(seenWhile(set, () => change(set, (key) => set.add(key)))).toEqual([..."aik"]);
    const visited: string[] = [];
    set.visit((value) => visited.push(value));
    expect(visited).toEqual([..."aik"]);
  });

  it("over a map comes to what has gone and come with another value", () => {
    const map = new RenewedMap<string, number>();
    for (const [index, key] of ten.entries()) map.set(key, index);
    const seen: [string, number][] = [];
    for (const entry of map) {
      seen.push(entry);
      if (seen.length === 1) change(map, (key) => map.set(key, 0));
      if (seen.length === 1) map.set("j", 90);
    }
    expect(seen).toEqual([
      ["a", 0],
      ["i", 8],
      ["k", 0],
      ["j", 90],
    ]);
  });

  it("goes on over as many tables as there are", () => {
    const map = new RenewedMap<number, number>();
    map.set(0, 0);
    const seen: number[] = [];
    for (const [key] of map) {
      seen.push(key);
      if (key < 1_000) map.set(key + 1, 0);
      map.delete(key);
    }
    expect(seen).toEqual(Array.from({ length: 1_001 }, (_, index) => index));
  });
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
