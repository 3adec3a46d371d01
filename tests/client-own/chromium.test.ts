import type { CometClient as Client, TransportFactory } from "@encke/client";
import { ack } from "@encke/extensions";
import { expect, it, onTestFinished } from "vitest";
import { launchChromium } from "../browser/chromium.ts";
import { EnckeServer } from "../clients/encke-server.ts";
import { soon } from "../clients/soon.ts";
import { clientPages } from "./client-pages.ts";

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
  const server = await EnckeServer.start(
    { comet, arrange: (made) => made.use(ack()) },
    clientPages,
  );
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
