import { describe, expect, it } from "vitest";
import { tablesOf } from "./support/markdown.ts";
import { readPage } from "./support/pages.ts";

const ANCESTORS = ["AspComet", "James Simpson's Comet API", "Pushlet", "cometd.js"];

const tables = tablesOf((await readPage("docs/reference/ancestors.md")).text);

describe("the page about the ancestors", () => {
  it.each(ANCESTORS)("names a test for each feature of %s that is here", (ancestor) => {
    const table = tables.find(({ heading }) => heading === ancestor);
    expect(table?.rows.length).toBeGreaterThan(10);
    const untested = table?.rows.filter(
      ([, , tests]) => !/\]\([^)]*\.test\.ts\)/.test(tests ?? ""),
    );
    expect(untested).toEqual([]);
  });

  it("gives a reason for each one that is not", () => {
    const table = tables.find(({ heading }) => heading === "Left out, and why");
    expect(table?.rows.length).toBeGreaterThan(0);
    expect(table?.rows.filter(([, why]) => (why ?? "").length < 20)).toEqual([]);
  });
});
