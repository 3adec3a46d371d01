import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const ROOT = new URL("../../../", import.meta.url);
const FOLDERS = fileURLToPath(new URL(".reports/", ROOT));

/** A program as one module with the sources of the packages, so that a process of its own runs what is being tested. */
export interface Bundle {
  readonly path: string;
  remove(): Promise<void>;
}

export async function bundle(program: URL): Promise<Bundle> {
  await mkdir(FOLDERS, { recursive: true });
  const outDir = await mkdtemp(`${FOLDERS}faults-`);
  const packages = fileURLToPath(new URL("packages/", ROOT));
  await build({
    ...{ configFile: false, logLevel: "error", root: fileURLToPath(ROOT) },
    resolve: {
      alias: [{ find: /^@encke\/([a-z-]+)$/, replacement: `${packages}$1/src/index.ts` }],
    },
    build: {
      ...{ outDir, ssr: fileURLToPath(program), minify: false },
      rollupOptions: { output: { entryFileNames: "program.mjs" } },
    },
  });
  return { path: `${outDir}/program.mjs`, remove: () => rm(outDir, { recursive: true }) };
}
