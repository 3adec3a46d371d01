import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { FAULTS } from "../faults/all-faults.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/faults-page.mjs", import.meta.url));
const DOCS = fileURLToPath(new URL("../../docs/reference/", import.meta.url));

/** Milliseconds for a few processes, on a machine that may be busy. */
const STARTING = 60_000;

interface Figures {
  readonly faults: readonly { readonly fault: string }[];
}

function isTrue(folder: string): boolean {
  return spawnSync(process.execPath, [SCRIPT, "--check", folder]).status === 0;
}

describe("the page about faults", { timeout: STARTING }, () => {
  it("says what was measured", () => {
    expect(isTrue(DOCS)).toBe(true);
  });

  it("is seen to say something else", async () => {
    const folder = await mkdtemp(join(tmpdir(), "encke-faults-page-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const name of ["faults.json", "faults.md"]) await cp(join(DOCS, name), join(folder, name));
    expect(isTrue(folder)).toBe(true);
    const page = await readFile(join(folder, "faults.md"), "utf8");
    await writeFile(join(folder, "faults.md"), page.replace("| 0 |", "| 1 |"));
    expect(isTrue(folder)).toBe(false);
  });

  it("knows no faults but those of the suite", async () => {
    const { faults } = JSON.parse(await readFile(join(DOCS, "faults.json"), "utf8")) as Figures;
    const names = FAULTS.map(({ name }) => name);
    expect(faults.filter(({ fault }) => !names.includes(fault))).toEqual([]);
  });
});
