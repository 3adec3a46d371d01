import { blocksOf } from "../docs/support/markdown.ts";
import { readPage } from "../docs/support/pages.ts";
import { Workshop } from "../docs/support/workshop.ts";

const PAGE = "docs/guide/frameworks.md";

/** What tells the blocks of the page apart, by the name of the file that is made of each. */
const PARTS = {
  "react.ts": /useEffect/,
  "connection.ts": /useSyncExternalStore/,
  "vue.ts": /from "vue"/,
  "svelte.ts": /svelte\/store/,
};

/** A folder with the code that the guide shows, to be closed by the caller. */
export async function writeShownParts(): Promise<Workshop> {
  const blocks = blocksOf((await readPage(PAGE)).text).map(({ text }) => text);
  const workshop = await Workshop.open();
  for (const [file, mark] of Object.entries(PARTS)) {
    const [block, another] = blocks.filter((text) => mark.test(text));
    if (block === undefined || another !== undefined) throw new Error(`Not one block: ${mark}.`);
    await workshop.write(file, block);
  }
  return workshop;
}
