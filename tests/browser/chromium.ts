import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

/** Nothing of these is wanted in a test: a sandbox that root has not, a GPU, and traffic of the browser's own. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a headless Chromium, which the caller closes. Rejects with what to install when there is none. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(process.env), args: ARGUMENTS });
}

/** CHROMIUM_PATH if it is set, otherwise the first `chromium` on PATH. Throws with what to install. */
export function chromiumPath(environment: NodeJS.ProcessEnv): string {
  const { CHROMIUM_PATH: chosen, PATH = "" } = environment;
  if (chosen) {
    if (isExecutable(chosen)) return chosen;
    throw new Error(`CHROMIUM_PATH is "${chosen}", which is no program.`);
  }
  const found = PATH.split(delimiter)
    .map((folder) => join(folder, "chromium"))
    .find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    "There is no chromium on PATH. On Debian: apt-get install chromium. Elsewhere install it and set CHROMIUM_PATH to the program.",
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
