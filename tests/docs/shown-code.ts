import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";

const ROOT = new URL("../../", import.meta.url);

/** Registers tests that all code and all links of a page are right. Paths are given from the root of the repository. */
export async function testPage(path: string, sources: readonly string[]): Promise<void> {
  const page = await readFile(new URL(path, ROOT), "utf8");
  const texts = await Promise.all(sources.map((source) => readFile(new URL(source, ROOT), "utf8")));
  const code = texts.map(asLines);

  describe(path, () => {
    it("shows code", () => {
      expect(blocksOf(page).length).toBeGreaterThan(5);
    });

    it.each(blocksOf(page).map((block) => [block.trim().split("\n")[0], block]))(
      "shows code that is really there, from %s on",
      (_, block) => {
        expect(code.filter((text) => text.includes(asLines(block)))).toHaveLength(1);
      },
    );

    it("would not get away with code that is not there", () => {
      const [block = ""] = blocksOf(page);
      expect(code.some((text) => text.includes(asLines(`${block}invented();`)))).toBe(false);
    });

    it.each(linksOf(page))("links to %s, which exists", async (target) => {
      await expect(readFile(new URL(target, new URL(path, ROOT)))).resolves.toBeDefined();
    });
  });
}

/** Without indentation, and with a line end around it, so that only whole lines are found. */
function asLines(text: string): string {
  const lines = text.trim().split("\n");
  return `\n${lines.map((line) => line.trim()).join("\n")}\n`;
}

function blocksOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block ?? "");
}

function linksOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/\]\((\.[^)#]*)/g)].map(([, target]) => target ?? "");
}
