import { readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import type { CometClient as Client, TransportFactory } from "@encke/client";
import { ack } from "@encke/extensions";
import { transformWithOxc } from "vite";
import { expect, it, onTestFinished } from "vitest";
import { launchChromium } from "../browser/chromium.ts";
import { EnckeServer } from "../clients/encke-server.ts";
import { soon } from "../clients/soon.ts";

const SOURCES = new URL("../../packages/client/src/", import.meta.url);
const PAGE = '<!doctype html><title>x</title><script type="module" src="/kit.ts"></script>';
/** Nothing but the page's own scripts, and connections to its own server. */
const POLICY = "default-src 'self'";

/** Puts what a page needs of the client where a test finds it. */
const KIT = `
  import { CometClient } from "/index.ts";
  import { longPolling } from "/long-polling.ts";
  import { streaming } from "/streaming.ts";
  import { webSocket } from "/websocket.ts";
  globalThis.kit = { CometClient, longPolling, streaming, webSocket };
`;

/** Serves the modules of the client as a browser can read them, and an empty page for the rest. */
const pages: RequestListener = ({ url = "" }, response) => {
  if (!url.endsWith(".ts")) {
    const headers = { "Content-Type": "text/html", "Content-Security-Policy": POLICY };
    response.writeHead(200, headers).end(PAGE);
    return;
  }
  void script(url).then((code) => {
    response.writeHead(200, { "Content-Type": "text/javascript" }).end(code);
  });
};

async function script(path: string): Promise<string> {
  if (path === "/kit.ts") return KIT;
  const file = new URL(`.${path}`, SOURCES);
  return (await transformWithOxc(await readFile(file, "utf8"), file.pathname)).code;
}

interface Scope {
  readonly kit: { readonly CometClient: typeof Client } & Record<string, TransportFactory>;
  client: Client;
  received: unknown[];
}

/** Runs in the page. */
async function open(name: string): Promise<void> {
  const scope = globalThis as unknown as Scope;
  const { CometClient, [name]: transport } = scope.kit;
  scope.client = new CometClient("/comet", { transports: [transport as TransportFactory] });
  scope.received = [];
  const { ready } = scope.client.subscribe("/a", ({ data }) => scope.received.push(data));
  await scope.client.connect();
  await ready;
  await scope.client.publish("/a", "hello");
}

it.each([
  ["long-polling", "longPolling"],
  ["streaming", "streaming"],
  ["websocket", "webSocket"],
])("talks to Encke from a page over %s, and comes back to it", async (type, name) => {
  const comet = { timeout: 500 };
  const server = await EnckeServer.start({ comet, arrange: (made) => made.use(ack()) }, pages);
  onTestFinished(() => server.stop());
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`${server.origin}/`);
  await page.evaluate(open, name);
  const seen = () => page.evaluate(() => (globalThis as unknown as Scope).received);
  await soon(seen).toEqual(["hello"]);
  await server.cutOff();
  await server.comeBack();
  await server.comet.publish("/a", "again");
  await soon(seen).toEqual(["hello", "again"]);
  expect(server.welcomes).toHaveLength(1);
  expect(server.transports).toEqual(new Set([type]));
  await page.evaluate(() => (globalThis as unknown as Scope).client.disconnect());
  expect(server.comet.stats().clients).toBe(0);
});
