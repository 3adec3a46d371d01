import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import type { ClientOptions, Delivery, Outcome, RealClient } from "../drivers/real-client.ts";
import type { Host, Visit } from "./host.ts";

/** What a page puts into its global scope. */
interface PageScope {
  openClient(options: ClientOptions): void;
  realClient: { readonly [method: string]: (...args: readonly unknown[]) => Promise<unknown> };
}

/** What a script fails with that answers after the library has given up waiting for it, which removes its callback. */
const LATE_SCRIPT = /__jsonp\d+__ is not/;

/** What there is a page of. */
type PageName = "cometd" | "compat" | "faye";

/** A client that lives in a page. */
class PageClient implements RealClient {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  handshake(): Promise<Outcome> {
    return this.#call("handshake");
  }

  subscribe(pattern: string): Promise<Outcome> {
    return this.#call("subscribe", pattern);
  }

  unsubscribe(pattern: string): Promise<void> {
    return this.#call("unsubscribe", pattern);
  }

  publish(channel: string, data: unknown): Promise<Outcome> {
    return this.#call("publish", channel, data);
  }

  publishAll(channel: string, data: readonly unknown[]): Promise<readonly Outcome[]> {
    return this.#call("publishAll", channel, data);
  }

  publishInVain(channel: string, data: unknown): Promise<Outcome> {
    return this.#call("publishInVain", channel, data);
  }

  received(): Promise<readonly Delivery[]> {
    return this.#call("received");
  }

  disconnect(): Promise<void> {
    return this.#call("disconnect");
  }

  #call<Result>(method: keyof RealClient, ...args: readonly unknown[]): Promise<Result> {
    return this.#page.evaluate(
      ([name, values]) =>
        (globalThis as unknown as PageScope).realClient[name]?.(...values) as Promise<Result>,
      [method, args] as const,
    );
  }
}

/**
 * A browser in which a library runs natively. Tabs are kept and used again, because to open one takes longer
 * than most scenarios; between two scenarios they are empty and there are no cookies.
 */
export class ChromiumHost implements Host {
  readonly #context: BrowserContext;
  readonly #path: string;
  readonly #idle: Page[] = [];
  readonly #busy: Page[] = [];
  readonly #exceptions: Error[] = [];

  private constructor(context: BrowserContext, library: PageName) {
    this.#context = context;
    this.#path = `/pages/${library}.html`;
    context.on("weberror", (failure) => this.#exceptions.push(failure.error()));
  }

  static async open(browser: Browser, library: PageName): Promise<ChromiumHost> {
    return new ChromiumHost(await browser.newContext(), library);
  }

  async open(options: ClientOptions, { pageOrigin, cookie }: Visit): Promise<RealClient> {
    if (cookie !== undefined) await this.#context.addCookies([{ ...cookie, url: options.url }]);
    const page = this.#idle.pop() ?? (await this.#context.newPage());
    this.#busy.push(page);
    await page.goto(`${pageOrigin}${this.#path}`);
    await page.evaluate((given) => (globalThis as unknown as PageScope).openClient(given), options);
    return new PageClient(page);
  }

  async close(): Promise<void> {
    const pages = this.#busy.splice(0);
    await Promise.all(pages.map((page) => page.goto("about:blank")));
    await this.#context.clearCookies();
    this.#idle.push(...pages);
    const texts = this.#exceptions.splice(0).map(String);
    expect(texts.filter((text) => !LATE_SCRIPT.test(text))).toEqual([]);
  }
}
