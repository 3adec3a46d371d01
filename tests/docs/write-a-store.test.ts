import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const SOURCES = new URL("examples/file-store/src/", ROOT);
const PAGE = new URL("docs/write-a-store.md", ROOT);

const page = await readFile(PAGE, "utf8");
const sources = await Promise.all(
  (await readdir(SOURCES)).map(async (name) =>
    normalized(await readFile(new URL(name, SOURCES), "utf8")),
  ),
);

/** Without indentation, and with a line end around it, so that only whole lines are found. */
function normalized(text: string): string {
  const lines = text.trim().split("\n");
  return `\n${lines.map((line) => line.trim()).join("\n")}\n`;
}

function blocksOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block ?? "");
}

function linksOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/\]\((\.[^)#]*)/g)].map(([, target]) => target ?? "");
}

describe("docs/write-a-store.md", () => {
  it("shows code", () => {
    expect(blocksOf(page).length).toBeGreaterThan(5);
  });

  it.each(blocksOf(page).map((block) => [block.trim().split("\n")[0], block]))(
    "shows code that the example really has, from %s on",
    (_, block) => {
      expect(sources.filter((source) => source.includes(normalized(block)))).toHaveLength(1);
    },
  );

  it("would not accept code that the example does not have", () => {
    const invented = normalized("readonly log: MemoryLog;\nreadonly clients: Invented;");
    expect(sources.some((source) => source.includes(invented))).toBe(false);
  });

  it.each(linksOf(page))("links to %s, which exists", async (target) => {
    await expect(readFile(new URL(target, PAGE))).resolves.toBeDefined();
  });
});
