import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { ROOT } from "./pages.ts";

const TSC = fileURLToPath(new URL("node_modules/.bin/tsc", ROOT));
const FOLDERS = new URL(".reports/", ROOT);

/** As strict as the repository is with itself. JavaScript only has to be JavaScript. */
const TSCONFIG = {
  extends: "../../tsconfig.json",
  compilerOptions: { allowJs: true, checkJs: false },
  include: ["*"],
};

/**
 * A folder in which modules are tried: within the repository, so that they find what is installed there, and
 * where git does not look.
 */
export class Workshop {
  readonly url: URL;

  private constructor(url: URL) {
    this.url = url;
  }

  static async open(): Promise<Workshop> {
    await mkdir(FOLDERS, { recursive: true });
    const path = await mkdtemp(fileURLToPath(new URL("docs-", FOLDERS)));
    return new Workshop(pathToFileURL(`${path}/`));
  }

  async write(name: string, text: string): Promise<URL> {
    const file = new URL(name, this.url);
    await mkdir(new URL(".", file), { recursive: true });
    await writeFile(file, text);
    return file;
  }

  /** What the compiler finds wrong with the modules, a line for each error that begins with the name of the file. */
  async typeCheck(): Promise<readonly string[]> {
    await this.write("tsconfig.json", JSON.stringify(TSCONFIG));
    const compiled = promisify(execFile)(TSC, ["--noEmit"], { cwd: fileURLToPath(this.url) });
    return compiled.then(
      () => [],
      ({ stdout }: { readonly stdout: string }) => stdout.trimEnd().split("\n"),
    );
  }

  async close(): Promise<void> {
    await rm(this.url, { recursive: true });
  }
}
