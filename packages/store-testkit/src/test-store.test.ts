import { describe, expect, it } from "vitest";
import type { StoreUnderTest } from "./store-under-test.ts";
import { testStore } from "./test-store.ts";

const subject: StoreUnderTest = {
  name: "a store",
  declares: {
    nodes: "one",
    durability: "none",
    producerKeys: false,
    history: false,
    presence: true,
  },
  create: () => Promise.reject(new Error("there is no such store")),
};

interface Registered {
  readonly path: readonly string[];
  readonly run: () => Promise<void>;
}

function register(): readonly Registered[] {
  const open: string[] = [];
  const registered: Registered[] = [];
  testStore(
    {
      describe: (name, define) => {
        open.push(name);
        define();
        open.pop();
      },
      it: (name, run) => registered.push({ path: [...open, name], run }),
    },
    subject,
  );
  return registered;
}

describe("testStore", () => {
  it("registers each case once, in the block of its part, in the block of the store", () => {
    const paths = register().map(({ path }) => path);
    expect(new Set(paths.map(([store]) => store))).toEqual(new Set(["a store"]));
    expect(paths.every((path) => path.length === 3)).toBe(true);
    expect(new Set(paths.map((path) => path.join("/"))).size).toBe(paths.length);
    expect(paths).toContainEqual(["a store", "clients", "counts its clients"]);
  });

  it("names what it does not ask of the store, and why", () => {
    const names = register().map(({ path }) => path[2] ?? "");
    const lacks = names.map((name) => name.split(" - not asked of this store: ")[1] ?? "asked");
    expect(new Set(lacks)).toEqual(
      new Set([
        "asked",
        "capabilities.producerKeys is false",
        'capabilities.nodes is "one"',
        'capabilities.durability is "none"',
        "it has no history",
        "its log never forgets",
      ]),
    );
  });

  it("takes no parameter in its tests, which some runners would take for a callback", () => {
    expect(register().every(({ run }) => run.length === 0)).toBe(true);
  });

  it("fails a case when there is no store to ask", async () => {
    await expect(register()[0]?.run()).rejects.toThrow("there is no such store");
  });
});
