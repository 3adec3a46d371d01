import { adapterCases, ContractViolation } from "@encke/adapter-testkit";
import { describe, expect, it } from "vitest";
import { fetching } from "./breakage.ts";
import { brokenAdapters } from "./broken-adapters.ts";

const sound = fetching((handler) => handler);

describe("the conformance kit for adapters", () => {
  it("has a broken adapter for each of its cases", () => {
    const names = adapterCases(sound).map(({ name }) => name);
    expect(Object.keys(brokenAdapters).sort()).toEqual([...names].sort());
  });

  it.each(Object.entries(brokenAdapters))(
    "finds an adapter that does not do this: %s",
    async (name, broken) => {
      const found = adapterCases(broken).find((adapterCase) => adapterCase.name === name);
      await expect(found?.run()).rejects.toBeInstanceOf(ContractViolation);
    },
  );

  it("puts the reason in the place of a case that it does not ask", async () => {
    const cases = adapterCases({ ...sound, cannot: { streaming: "it is one piece" } });
    const replaced = cases.filter(({ name }) => name.includes(" - not asked of this adapter: "));
    expect(replaced.length).toBeGreaterThan(1);
    for (const { name, run } of replaced) {
      expect(name).toMatch(/: it is one piece$/);
      await expect(run()).resolves.toBeUndefined();
    }
  });

  it("is not content with a reason that says nothing", async () => {
    const cases = adapterCases({ ...sound, cannot: { cookies: " " } });
    const [replaced] = cases.filter(({ name }) => name.includes(" - not asked "));
    await expect(replaced?.run()).rejects.toBeInstanceOf(ContractViolation);
  });
});
