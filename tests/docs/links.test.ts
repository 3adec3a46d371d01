import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { anchorsOf, linksOf } from "./support/markdown.ts";
import { type Page, ROOT, readPages } from "./support/pages.ts";

const pages = await readPages();

/** The links of a page that lead nowhere. Those that leave the repository are not followed. */
async function brokenLinksIn({ url, text }: Page): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const link of linksOf(text)) {
    if (!/^https?:/.test(link) && !(await isThere(new URL(link, url)))) broken.push(link);
  }
  return broken;
}

async function isThere(target: URL): Promise<boolean> {
  const file = new URL(target.pathname, ROOT);
  if (!existsSync(file)) return false;
  if (target.hash === "") return true;
  return anchorsOf(await readFile(file, "utf8")).has(target.hash.slice(1));
}

describe("links in the documentation", () => {
  it("are found", () => {
    expect(pages.flatMap(({ text }) => linksOf(text)).length).toBeGreaterThan(30);
  });

  it.each(pages)("lead somewhere from $path", async (page) => {
    expect(await brokenLinksIn(page)).toEqual([]);
  });

  it("are seen to lead nowhere when the file or the heading is not there", async () => {
    const text = "[a](#try-it) [b](#nothing) [c](none.md) [d](LICENSE) `[e](none.md)`";
    const page = { url: new URL("README.md", ROOT), path: "README.md", text };
    expect(await brokenLinksIn(page)).toEqual(["#nothing", "none.md"]);
  });
});
