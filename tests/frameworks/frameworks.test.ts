import type { RequestListener } from "node:http";
import type { Browser, Page } from "playwright-core";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { get } from "svelte/store";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createSSRApp } from "vue";
import { renderToString as renderVue } from "vue/server-renderer";
import { launchChromium } from "../browser/chromium.ts";
import { EnckeServer } from "../clients/encke-server.ts";
import { soon } from "../clients/soon.ts";
import type { Workshop } from "../docs/support/workshop.ts";
import { bundle } from "./page.ts";
import { writeShownParts } from "./shown-parts.ts";

interface Scope {
  readonly app: { show(framework: string): void; hide(framework: string): void };
}

const CHANNEL = "/a";
const PAGE = '<!doctype html><title>x</title><script type="module" src="/main.js"></script><body>';

let workshop: Workshop;
let script: string;
let browser: Browser;

beforeAll(async () => {
  workshop = await writeShownParts();
  script = await bundle(workshop);
  browser = await launchChromium();
});

afterAll(async () => {
  await workshop.close();
  await browser.close();
});

const pages: RequestListener = ({ url }, response) => {
  const isScript = url === "/main.js";
  response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
  response.end(isScript ? script : PAGE);
};

async function open(): Promise<{ server: EnckeServer; page: Page }> {
  const server = await EnckeServer.start({ comet: { timeout: 500 } }, pages);
  onTestFinished(() => server.stop());
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  await page.goto(server.origin);
  await soon(() => page.title()).toBe("ready");
  return { server, page };
}

function show(page: Page, framework: string): Promise<void> {
  return page.evaluate((name) => (globalThis as unknown as Scope).app.show(name), framework);
}

function hide(page: Page, framework: string): Promise<void> {
  return page.evaluate((name) => (globalThis as unknown as Scope).app.hide(name), framework);
}

describe("what the guide shows for frameworks", () => {
  it.each(["react", "vue", "svelte"])(
    "shows what comes, and has the server forget it when it is gone: %s",
    async (framework) => {
      const { server, page } = await open();
      const isSubscribed = () => server.latest.isSubscribedTo(CHANNEL);
      for (const data of ["first", "second"]) {
        await show(page, framework);
        await soon(isSubscribed).toBe(true);
        await soon(async () => {
          await server.comet.publish(CHANNEL, data);
          return page.locator(`#${framework}`).last().textContent();
        }).toContain(data);
        await hide(page, framework);
        await soon(isSubscribed).toBe(false);
      }
    },
  );

  it("tells React of the connection", async () => {
    const { server, page } = await open();
    const shown = () => page.locator("#react").textContent();
    await show(page, "react");
    await soon(shown).toBe(" connected");
    await server.cutOff();
    await soon(shown).toBe(" interrupted");
    await server.comeBack();
    await soon(shown).toBe(" connected");
  });

  it("subscribes to nothing where pages are rendered on a server", async () => {
    const part = (name: string) => import(new URL(name, workshop.url).pathname);
    const client = { state: "disconnected" };
    const { useLatest } = await part("react.ts");
    const { useConnection } = await part("connection.ts");
    const InReact = () => [useLatest(client, CHANNEL), useConnection(client)].join();
    expect(renderToString(createElement(InReact))).toBe(",disconnected");
    const inVue = await part("vue.ts");
    const InVue = createSSRApp({
      setup() {
        // biome-ignore lint/correctness/useHookAtTopLevel: it is one of Vue, where this is the place for it
        const latest = inVue.useLatest(client, CHANNEL);
        return () => `:${latest.value}`;
      },
    });
    expect(await renderVue(InVue)).toContain(":undefined");
    const { latest } = await part("svelte.ts");
    expect(get(latest(client, CHANNEL))).toBeUndefined();
  });
});
