import type * as Compat from "@encke/client/compat";
import { ack } from "@encke/extensions";
import { expect, it, onTestFinished } from "vitest";
import { launchChromium } from "../browser/chromium.ts";
import { EnckeServer } from "./encke-server.ts";
import { servePages } from "./pages/serve-pages.ts";
import { soon } from "./soon.ts";

interface Scope extends Pick<EventTarget, "addEventListener"> {
  readonly compat: typeof Compat;
  received: unknown[];
}

/** Runs in the page, before it is left as well as after it was loaded again. */
async function open(url: string): Promise<unknown> {
  const scope = globalThis as unknown as Scope;
  const { CometD, AckExtension, ReloadExtension } = scope.compat;
  const cometd = new CometD();
  scope.received = [];
  cometd.registerExtension("ack", new AckExtension());
  cometd.registerExtension("reload", new ReloadExtension());
  cometd.configure({ url, logLevel: "warn" });
  scope.addEventListener("beforeunload", () => cometd.reload?.());
  return new Promise((resolve) => {
    cometd.handshake(({ ext }) => {
      cometd.subscribe(
        "/a",
        ({ data }) => scope.received.push(data),
        () => resolve(ext?.reload),
      );
    });
  });
}

it("goes on with its session when its page is loaded again, and misses nothing", async () => {
  const server = await EnckeServer.start({ arrange: (comet) => comet.use(ack()) }, servePages);
  onTestFinished(() => server.stop());
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const received = () => page.evaluate(() => (globalThis as unknown as Scope).received);
  await page.goto(`${server.origin}/pages/compat.html`);
  expect(await page.evaluate(open, server.url)).toBeUndefined();
  await server.comet.publish("/a", "before");
  await soon(received).toEqual(["before"]);
  await soon(() => server.latest.isHeld).toBe(true);
  const { id } = server.latest;
  await page.reload();
  await server.comet.publish("/a", "meanwhile");
  expect(await page.evaluate(open, server.url)).toBe(true);
  await soon(received).toEqual(["meanwhile"]);
  await server.comet.publish("/a", "after");
  await soon(received).toEqual(["meanwhile", "after"]);
  expect(server.welcomes).toHaveLength(1);
  expect(server.comet.client(id)?.isAlive).toBe(true);
});
