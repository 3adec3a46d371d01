import { readdir } from "node:fs/promises";
import { testPage } from "./shown-code.ts";

const SOURCES = "examples/file-store/src";
const names = await readdir(new URL(`../../${SOURCES}/`, import.meta.url));

await testPage(
  "docs/write-a-store.md",
  names.map((name) => `${SOURCES}/${name}`),
);
