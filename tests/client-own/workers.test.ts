import { ack } from "@encke/extensions";
import { expect, it, onTestFinished } from "vitest";
import { launchChromium } from "../browser/chromium.ts";
import { EnckeServer } from "../clients/encke-server.ts";
import { soon } from "../clients/soon.ts";
import { clientPages } from "./client-pages.ts";

interface Port {
  onmessage: unknown;
  postMessage(message: unknown): void;
}

interface Scope {
  readonly Worker: new (url: string, options: object) => Port;
  readonly SharedWorker: new (url: string, options: object) => { readonly port: Port };
  port: Port;
  received: unknown[];
}

/** Runs in the page: has a worker open a client. */
function open([kind, transport]: readonly [string, string]): void {
  const scope = globalThis as unknown as Scope;
  const options = { type: "module" };
  scope.port =
    kind === "a shared worker"
      ? new scope.SharedWorker("/worker.ts", options).port
      : new scope.Worker("/worker.ts", options);
  scope.received = [];
  scope.port.onmessage = ({ data }: { readonly data: unknown }) => scope.received.push(data);
  scope.port.postMessage(transport);
}

it.each([
  ["a worker", "longPolling"],
  ["a worker", "streaming"],
  ["a worker", "webSocket"],
  ["a shared worker", "longPolling"],
  ["a shared worker", "webSocket"],
] as const)("talks to Encke from %s by %s under a strict policy", async (kind, transport) => {
  const comet = { timeout: 500 };
  const server = await EnckeServer.start(
    { comet, arrange: (made) => made.use(ack()) },
    clientPages,
  );
  onTestFinished(() => server.stop());
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${server.origin}/`);
  await page.evaluate(open, [kind, transport] as const);
  const seen = () => page.evaluate(() => (globalThis as unknown as Scope).received);
  await soon(seen).toEqual(["hello"]);
  await server.cutOff();
  await server.comeBack();
  await server.comet.publish("/a", "again");
  await soon(seen).toEqual(["hello", "again"]);
  await page.evaluate(() => (globalThis as unknown as Scope).port.postMessage(undefined));
  await soon(seen).toEqual(["hello", "again", "disconnected"]);
  expect(server.welcomes).toHaveLength(1);
  expect(server.comet.stats().clients).toBe(0);
  expect(complaints).toEqual([]);
});
