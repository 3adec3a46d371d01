import { readdirSync, readFileSync } from "node:fs";
import { BAYEUX_ERRORS, COMET_ERRORS } from "@encke/core";
import { describe, expect, it } from "vitest";

const PAGE = new URL("../../docs/reference/errors.md", import.meta.url);
const PACKAGES = new URL("../../packages/", import.meta.url);
const TABLE_ITSELF = "core/src/protocol/errors.ts";

/** The rows of the page, one array for each of its tables: number, code, when, what to do. */
function readTables(): string[][][] {
  const tables = readFileSync(PAGE, "utf8").split(/^## /m).slice(1);
  return tables.map((text) =>
    text
      .split("\n")
      .filter((line) => /^\| \d{3} \|/.test(line))
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
  );
}

function numbersByCode(rows: readonly string[][]): Record<string, number> {
  return Object.fromEntries(
    rows.map(([number, code]) => [(code ?? "").replaceAll("`", ""), Number(number)]),
  );
}

/** Every source that is published, as one text. */
function readSources(): string {
  return readdirSync(PACKAGES, { recursive: true, encoding: "utf8" })
    .filter((path) => /^[^/]+\/src\/.*\.ts$/.test(path) && !path.endsWith(".test.ts"))
    .filter((path) => path !== TABLE_ITSELF)
    .map((path) => readFileSync(new URL(path, PACKAGES), "utf8"))
    .join("\n");
}

describe("the page about errors", () => {
  const [inReplies = [], thrown = []] = readTables();

  it("has one row for each error of a reply, with its number", () => {
    expect(numbersByCode(inReplies)).toEqual(BAYEUX_ERRORS);
    expect(inReplies).toHaveLength(Object.keys(BAYEUX_ERRORS).length);
  });

  it("has one row for each error that is thrown, with its status", () => {
    expect(numbersByCode(thrown)).toEqual(COMET_ERRORS);
    expect(thrown).toHaveLength(Object.keys(COMET_ERRORS).length);
  });

  it("says for each when it comes and what to do", () => {
    for (const row of [...inReplies, ...thrown]) {
      expect(row, row.join()).toHaveLength(4);
      expect(row[2], row.join()).toMatch(/^\S.+\.$/);
      expect(row[3], row.join()).toMatch(/^\S.+\.$/);
    }
  });
});

describe("the tables of errors", () => {
  it("hold no error that nothing raises", () => {
    const sources = readSources();
    const codes = [...Object.keys(BAYEUX_ERRORS), ...Object.keys(COMET_ERRORS)];
    expect(codes.filter((code) => !sources.includes(`"${code}"`))).toEqual([]);
  });
});
