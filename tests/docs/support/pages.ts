import { readdir, readFile } from "node:fs/promises";

export const ROOT: URL = new URL("../../../", import.meta.url);

export interface Page {
  readonly url: URL;
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** What is installed, made or generated is nobody's documentation. */
const SKIPPED: ReadonlySet<string> = new Set(["node_modules", "dist", "coverage", "CHANGELOG.md"]);

/** Everything in the repository that is written for people. */
export async function readPages(): Promise<readonly Page[]> {
  const pages: Page[] = [];
  for await (const url of markdownIn(ROOT)) {
    pages.push({
      url,
      path: url.href.slice(ROOT.href.length),
      text: await readFile(url, "utf8"),
    });
  }
  return pages;
}

export async function readPage(path: string): Promise<Page> {
  const url = new URL(path, ROOT);
  return { url, path, text: await readFile(url, "utf8") };
}

async function* markdownIn(folder: URL): AsyncGenerator<URL> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith(".") || SKIPPED.has(entry.name)) continue;
    if (entry.isDirectory()) yield* markdownIn(new URL(`${entry.name}/`, folder));
    else if (entry.name.endsWith(".md")) yield new URL(entry.name, folder);
  }
}
