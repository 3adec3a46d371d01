import type { Site, SiteOptions } from "@encke/example-site";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { launchChromium } from "./chromium.ts";
import type { WatchedWindow } from "./watched-window.ts";

/** How an example is opened, and what is made of its pages. */
export interface Play<Options extends SiteOptions, Window extends WatchedWindow> {
  open(options: Options): Promise<Site>;
  /** Called before the page is loaded. */
  watch(page: Page): Window;
}

export interface WindowOptions extends BrowserContextOptions {
  /** @default "/" */
  readonly path?: string;
}

/** A browser for all tests, and for each of them a site with windows on it. */
export class Stage<Options extends SiteOptions, Window extends WatchedWindow> {
  readonly #play: Play<Options, Window>;
  #browser: Browser | undefined;
  #site: Site | undefined;
  #windows: Window[] = [];

  constructor(play: Play<Options, Window>) {
    this.#play = play;
  }

  /**
   * To be called in a describe block. After each of its tests the stage is cleared, and no page may have
   * complained about anything in its console.
   */
  set(): this {
    beforeAll(async () => {
      this.#browser = await launchChromium();
    });
    afterEach(async () => {
      expect(await this.#clear()).toEqual([]);
    });
    afterAll(() => this.#browser?.close());
    return this;
  }

  async start(options: Partial<Options> = {}): Promise<Site> {
    const all = { host: "127.0.0.1", ...options } as Options;
    this.#site = await this.#play.open(all);
    return this.#site;
  }

  get site(): Site {
    if (this.#site === undefined) throw new Error("The site has not been started.");
    return this.#site;
  }

  async stop(): Promise<void> {
    await this.#site?.close();
    this.#site = undefined;
  }

  /** A window on the site, with cookies of its own. */
  async window({ path = "/", ...options }: WindowOptions = {}): Promise<Window> {
    if (this.#browser === undefined) throw new Error("The stage has not been set.");
    const context = await this.#browser.newContext(options);
    const page = await context.newPage();
    const window = this.#play.watch(page);
    this.#windows.push(window);
    await page.goto(new URL(path, `http://127.0.0.1:${this.site.port}/`).href);
    return window;
  }

  /** Closes the windows and the site. Resolves to what the pages complained about in their consoles. */
  async #clear(): Promise<string[]> {
    const windows = this.#windows;
    this.#windows = [];
    await Promise.all(windows.map((window) => window.close()));
    await this.stop();
    return windows.flatMap(({ complaints }) => complaints);
  }
}
