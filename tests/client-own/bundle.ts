import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { onTestFinished } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const FOLDERS = fileURLToPath(new URL(".reports/", ROOT));

/** The program as one module that Node can run, with the client as Node gets it. Returns its path. */
export async function bundled(program: URL): Promise<string> {
  await mkdir(FOLDERS, { recursive: true });
  const outDir = await mkdtemp(`${FOLDERS}programs-`);
  onTestFinished(() => rm(outDir, { recursive: true }));
  const entry = fileURLToPath(program);
  const sources = fileURLToPath(new URL("packages/client/src/", ROOT));
  await build({
    ...{ configFile: false, logLevel: "error", root: fileURLToPath(ROOT) },
    resolve: {
      alias: [
        { find: /^@encke\/client$/, replacement: `${sources}node.ts` },
        { find: /^@encke\/client\/([a-z-]+)$/, replacement: `${sources}$1.ts` },
      ],
    },
    build: {
      ...{ outDir, ssr: entry, minify: false },
      rollupOptions: { output: { entryFileNames: "program.mjs" } },
    },
  });
  return `${outDir}/program.mjs`;
}
