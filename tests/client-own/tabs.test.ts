import type { CometClient as Client, TransportFactory } from "@encke/client";
import type { tabs } from "@encke/client/tabs";
import { ack } from "@encke/extensions";
import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { launchChromium } from "../browser/chromium.ts";
import { EnckeServer } from "../clients/encke-server.ts";
import { soon } from "../clients/soon.ts";
import { clientPages } from "./client-pages.ts";

interface Scope {
  readonly kit: {
    readonly CometClient: typeof Client;
    readonly tabs: typeof tabs;
    readonly webSocket: TransportFactory;
    readonly longPolling: TransportFactory;
  };
  readonly SharedWorker: new (url: string, options: object) => { onerror: unknown };
  client: Client;
  received: unknown[];
  states: string[];
}

/** Runs in the page: subscribes, with the connection in one of the tabs or in the worker at the path. */
async function open([transport, path]: readonly [
  "webSocket" | "longPolling",
  string | undefined,
]): Promise<void> {
  const scope = globalThis as unknown as Scope;
  const { CometClient, tabs, [transport]: factory } = scope.kit;
  const options = { type: "module", name: "/comet" };
  const worker = path === undefined ? undefined : () => new scope.SharedWorker(path, options);
  scope.client = new CometClient("/comet", {
    transports: tabs([factory], worker ? { worker } : {}),
  });
  scope.received = [];
  scope.states = [];
  for (const state of ["connected", "interrupted", "recovered", "gap"] as const) {
    scope.client.addEventListener(state, () => scope.states.push(state));
  }
  const { ready } = scope.client.subscribe("/a", ({ data }) => scope.received.push(data));
  await scope.client.connect();
  await ready;
}

/** Runs in the page. */
function received(): readonly unknown[] {
  return (globalThis as unknown as Scope).received;
}

/** Runs in the page. */
function states(): readonly string[] {
  return (globalThis as unknown as Scope).states;
}

describe("the tabs of a browser", { timeout: 60_000 }, () => {
  /** A server, and tabs of one browser on it. */
  async function stage(
    transport: "webSocket" | "longPolling",
    worker?: string,
  ): Promise<readonly [EnckeServer, Page[]]> {
    const options = { comet: { timeout: 500 }, arrange: (made: Arranged) => made.use(ack()) };
    const server = await EnckeServer.start(options, clientPages);
    onTestFinished(() => server.stop());
    // One of its own: tabs that crash take those with them that have the same process.
    const browser = await launchChromium();
    onTestFinished(() => browser.close());
    const context = await browser.newContext();
    const pages: Page[] = [];
    for (let count = 0; count < 3; count++) {
      const page = await context.newPage();
      await page.goto(`${server.origin}/`);
      await page.evaluate(open, [transport, worker] as const);
      pages.push(page);
    }
    return [server, pages];
  }

  /** Publishes numbers, no faster than the page is asked how many it has, until there are as many as wanted. */
  async function publish(
    server: EnckeServer,
    all: number[],
    page: Page,
    wanted: number,
  ): Promise<void> {
    const count = () => page.evaluate(() => (globalThis as unknown as Scope).received.length);
    while ((await count()) < wanted) {
      for (const end = all.length + 3; all.length < end; ) {
        all.push(all.length);
        await server.comet.publish("/a", all.length - 1);
      }
    }
  }

  it.each([
    ["webSocket", "a tab", undefined],
    ["longPolling", "a tab", undefined],
    ["webSocket", "a worker", "/tabs-worker.ts"],
    ["webSocket", "a tab, since there is no worker", "/nothing"],
  ] as const)("share one %s in %s", async (transport, _where, worker) => {
    const [server, pages] = await stage(transport, worker);
    expect(server.welcomes).toHaveLength(1);
    expect(server.comet.stats().clients).toBe(1);
    expect(server.webSockets.size).toBe(transport === "webSocket" ? 1 : 0);
    for (let data = 0; data < 20; data++) await server.comet.publish("/a", data);
    const all = Array.from({ length: 20 }, (_, data) => data);
    for (const page of pages) await soon(() => page.evaluate(received)).toEqual(all);
    await pages[1]?.evaluate(() => (globalThis as unknown as Scope).client.publish("/a", "mine"));
    for (const page of pages) {
      await soon(() => page.evaluate(received)).toEqual([...all, "mine"]);
      expect(await page.evaluate(states)).toEqual(["connected"]);
    }
    for (const page of pages) {
      await page.evaluate(() => (globalThis as unknown as Scope).client.disconnect());
    }
    await soon(() => server.comet.stats().clients).toBe(0);
  });

  it.each([
    ["webSocket", "closed", (page: Page) => page.close()],
    ["longPolling", "closed", (page: Page) => page.close()],
    ["webSocket", "crashed", crash],
    ["longPolling", "crashed", crash],
  ] as const)(
    "lose and double nothing of %s when the one that has it is %s",
    async (transport, _how, end) => {
      const [server, [first, ...others]] = await stage(transport);
      const all: number[] = [];
      const [second] = others as [Page];
      await publish(server, all, second, 20);
      let isGone = false;
      const going = end(first as Page).then(() => {
        isGone = true;
      });
      while (!isGone) await publish(server, all, second, all.length + 1);
      await going;
      await publish(server, all, second, all.length + 50);
      for (const page of others) await soon(() => page.evaluate(received)).toEqual(all);
      expect(server.welcomes).toHaveLength(1);
      expect(server.webSockets.size).toBe(transport === "webSocket" ? 1 : 0);
    },
  );
});

type Arranged = EnckeServer["comet"];

async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = new Promise((resolve) => page.once("crash", resolve));
  session.send("Page.crash").catch(() => undefined);
  await crashed;
}
