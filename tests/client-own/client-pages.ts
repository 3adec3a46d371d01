import { readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { transformWithOxc } from "vite";

const SOURCES = new URL("../../packages/client/src/", import.meta.url);
const PAGE = '<!doctype html><title>x</title><script type="module" src="/kit.ts"></script>';
/** Nothing but the page's own scripts, and connections to its own server. */
const POLICY = "default-src 'self'";

/** Puts what a page or a worker needs of the client where a test finds it. */
const KIT = `
  import { CometClient } from "/index.ts";
  import { longPolling } from "/long-polling.ts";
  import { streaming } from "/streaming.ts";
  import { tabs } from "/tabs.ts";
  import { webSocket } from "/websocket.ts";
  globalThis.kit = { CometClient, longPolling, streaming, tabs, webSocket };
`;

/** A worker of either kind, which does for each of its ports what it is told: to open a client, or to close it. */
const WORKER = `
  import "/kit.ts";
  const serve = (port) => {
    let client;
    port.onmessage = async ({ data: transport }) => {
      if (transport === undefined) {
        await client.disconnect();
        port.postMessage(client.state);
        return;
      }
      client = new kit.CometClient("/comet", { transports: [kit[transport]] });
      client.subscribe("/a", ({ data }) => port.postMessage(data));
      await client.connect();
      await client.publish("/a", "hello");
    };
  };
  if ("onconnect" in globalThis) onconnect = ({ ports: [port] }) => serve(port);
  else serve(globalThis);
`;

const OWN: Readonly<Record<string, string>> = { "/kit.ts": KIT, "/worker.ts": WORKER };

/** Serves the modules of the client as a browser can read them, and an empty page for the rest, under a strict policy. */
export const clientPages: RequestListener = ({ url = "" }, response) => {
  response.setHeader("Content-Security-Policy", POLICY);
  if (!url.endsWith(".ts")) {
    response.writeHead(200, { "Content-Type": "text/html" }).end(PAGE);
    return;
  }
  void script(url).then((code) => {
    response.writeHead(200, { "Content-Type": "text/javascript" }).end(code);
  });
};

async function script(path: string): Promise<string> {
  const own = OWN[path];
  if (own !== undefined) return own;
  const file = new URL(`.${path}`, SOURCES);
  return (await transformWithOxc(await readFile(file, "utf8"), file.pathname)).code;
}
