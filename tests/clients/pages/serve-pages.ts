import { readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { createRequire } from "node:module";
import { transformWithOxc } from "vite";

const { resolve } = createRequire(import.meta.url);

/** Where the files below a path of the server come from. */
const FOLDERS: readonly (readonly [prefix: string, folder: URL])[] = [
  ["/pages/", new URL("./", import.meta.url)],
  ["/drivers/", new URL("../drivers/", import.meta.url)],
  ["/modules/client/", new URL("../../../packages/client/src/", import.meta.url)],
  ["/modules/cometd/", folderOf("cometd")],
  ["/modules/faye/", folderOf("faye")],
];

const TYPES = new Map([
  ["html", "text/html; charset=utf-8"],
  ["js", "text/javascript; charset=utf-8"],
  ["ts", "text/javascript; charset=utf-8"],
]);

/** Serves the pages in which libraries run in a browser: the libraries as they are published, drivers with their types taken off. */
export const servePages: RequestListener = (request, response) => {
  // A base is needed to parse, and what it is does not matter.
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const type = TYPES.get(pathname.slice(pathname.lastIndexOf(".") + 1));
  const found = FOLDERS.find(([prefix]) => pathname.startsWith(prefix));
  if (found === undefined || type === undefined) {
    response.writeHead(404).end();
    return;
  }
  const [prefix, folder] = found;
  textOf(new URL(pathname.slice(prefix.length), folder)).then(
    (text) => response.writeHead(200, { "Content-Type": type }).end(text),
    () => response.writeHead(404).end(),
  );
};

const read = new Map<string, Promise<string>>();

function textOf(file: URL): Promise<string> {
  const known = read.get(file.href) ?? readPage(file);
  read.set(file.href, known);
  return known;
}

async function readPage(file: URL): Promise<string> {
  const text = await readFile(file, "utf8");
  if (!file.pathname.endsWith(".ts")) return text;
  return (await transformWithOxc(text, file.pathname)).code;
}

function folderOf(name: string): URL {
  return new URL("./", `file://${resolve(`${name}/package.json`)}`);
}
