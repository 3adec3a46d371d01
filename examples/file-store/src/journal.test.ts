import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Journal } from "./journal.ts";

let folder = "";
let path = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "journal-"));
  path = join(folder, "lines");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("Journal", () => {
  it("has its lines on the disk, in order, when their appends have settled", async () => {
    const { journal, lines } = await Journal.open(path);
    expect(lines).toEqual([]);
    await Promise.all(["a", "b", "Grüße"].map((line) => journal.append(line)));
    expect(await readFile(path, "utf8")).toBe("a\nb\nGrüße\n");
    await journal.close();
    const again = await Journal.open(path);
    expect(again.lines).toEqual(["a", "b", "Grüße"]);
    await again.journal.close();
  });

  it("writes on behind the lines that took its place", async () => {
    const { journal } = await Journal.open(path);
    for (const line of ["a", "b", "c"]) await journal.append(line);
    await Promise.all([journal.replace(() => ["abc"]), journal.append("d")]);
    await journal.append("e");
    expect(await readFile(path, "utf8")).toBe("abc\nd\ne\n");
    expect(journal.lineCount).toBe(3);
    await journal.close();
  });

  it("lets every append fail after one write has failed", async () => {
    const { journal } = await Journal.open(path);
    const broken = journal.replace(() => {
      throw new Error("no room on the disk");
    });
    await expect(broken).rejects.toThrow("no room");
    await expect(journal.append("a")).rejects.toThrow("no room");
    await expect(journal.append("b")).rejects.toThrow("no room");
    await journal.close();
    expect(await readFile(path, "utf8")).toBe("");
  });
});
