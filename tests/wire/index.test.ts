import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const PLACES = ["packages", "tests", "examples"];

/** The rules that are kept by tests, whatever file they are in. */
const RULES: readonly string[] = [
  ...Array.from({ length: 66 }, (_, at) => `B${at + 1}`),
  "B70",
  ...Array.from({ length: 20 }, (_, at) => `S${at + 1}`),
  ...["H1", "H2", "H3", "H6", "H7", "H8", "H11"],
  ...["U1", "U2", "U3", "U4", "U6", "U7", "U8", "U9"],
];

/**
 * A call of `it`, of what `it.each(...)` returned, or a key in a table of names, and the numbers that it begins
 * with: `it("B51 B52 reaches ...`.
 */
const TITLE =
  /(?:(?:\b(?:it|test|describe)|\))\(\s*|^\s*(?=["'][^"'\n]*["']: ))["'`]((?:[BSHU]\d+:? )+)/gm;

describe("the rules of the wire", () => {
  const numbers = new Set(testFiles().flatMap((file) => numbersIn(readFileSync(file, "utf8"))));

  it.each(RULES)("has a test that is named by %s", (rule) => {
    expect(numbers).toContain(rule);
  });

  it("knows a title by its number, and not a number by chance", () => {
    const source = `
      it("B1 works", () => {});
      it.each([["a(b)", f()], ["c"]])("B2: works with %s", () => {});
      describe.each<[string]>(
        TABLE,
      )(\`B3 S4 works\`, () => {});
      const TABLE = {
        "U1: works": true,
      };
      it("works with B5 and B6", () => log("B7 is no test"));
    `;
    expect(numbersIn(source)).toEqual(["B1", "B2", "B3", "S4", "U1"]);
  });
});

function testFiles(): string[] {
  return PLACES.flatMap((place) =>
    readdirSync(join(ROOT, place), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".test.ts") && !path.includes("node_modules"))
      .map((path) => join(ROOT, place, path)),
  );
}

function numbersIn(source: string): string[] {
  return [...source.matchAll(TITLE)].flatMap(
    ([, numbers = ""]) => numbers.match(/[BSHU]\d+/g) ?? [],
  );
}
