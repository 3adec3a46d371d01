import { symlink } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { launchChromium } from "../browser/chromium.ts";
import { blocksOf } from "./support/markdown.ts";
import { ROOT, readPage } from "./support/pages.ts";
import { Program } from "./support/program.ts";
import { Workshop } from "./support/workshop.ts";

/** Milliseconds for two windows to find each other on a busy machine. */
const PATIENCE = 30_000;

/** The code of a page in a language, block by block. */
async function codeOf(page: string, language: string): Promise<readonly string[]> {
  const blocks = blocksOf((await readPage(`docs/guide/${page}.md`)).text);
  return blocks.filter((block) => block.language === language).map(({ text }) => text);
}

/** The page's way, step by step: a folder, its files, and the server started in it. */
async function followThePage(server = "", webPage = ""): Promise<Program> {
  const folder = await Workshop.open();
  const before = process.cwd();
  await folder.write("public/index.html", webPage);
  await symlink(new URL("node_modules", ROOT), new URL("node_modules", folder.url));
  // Not imported by name: what Playwright brings along replaces it, and remembers where the process was.
  process.chdir(folder.url.pathname);
  const program = await Program.start(await folder.write("server.ts", server));
  onTestFinished(async () => {
    await program.stop();
    process.chdir(before);
    await folder.close();
  });
  return program;
}

async function openWindow(browser: Browser, origin: string): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const window = await context.newPage();
  await window.goto(origin);
  return window;
}

async function say(window: Page, text: string): Promise<void> {
  await window.getByLabel("Message").fill(text);
  await window.getByLabel("Message").press("Enter");
}

function isShownIn(text: string): (window: Page) => Promise<boolean> {
  return async (window) => (await window.getByRole("listitem").getByText(text).count()) > 0;
}

describe("the way from an empty folder", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, PATIENCE);
  afterAll(() => browser?.close());

  it.each([
    ["Express and cometd.js", "getting-started", 0],
    ["node:http and faye", "getting-started", 1],
    ["Nest and @encke/client", "nest", 0],
  ])("brings two windows to talk, with %s", { timeout: 2 * PATIENCE }, async (_, page, index) => {
    const servers = await codeOf(page, "ts");
    const webPages = await codeOf(page, "html");
    const { origin } = await followThePage(servers[index], webPages[index]);
    const windows = [await openWindow(browser, origin), await openWindow(browser, origin)] as const;
    for (const window of windows) {
      const text = `said in window ${windows.indexOf(window)}`;
      // Said again until the other one is there to hear it.
      const hearing = async () => {
        await say(window, text);
        return Promise.all(windows.map(isShownIn(text)));
      };
      await expect.poll(hearing, { timeout: PATIENCE }).toEqual([true, true]);
    }
  });
});
