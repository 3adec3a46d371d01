import type { Page } from "playwright-core";

/** Milliseconds after which something that should be seen counts as missing. */
export const PATIENCE = 20_000;

/** Also of a server that closes just then. */
const BROKEN = [
  /ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)/,
  /ERR_INTERNET_DISCONNECTED/,
  /WebSocket connection to .* failed/,
  /status of 50[23]/,
];

/** A page of an example in a browser window of its own. */
export class WatchedWindow {
  readonly page: Page;
  /** What the page complained about in its console. */
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE);
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
  }

  /** The browser itself writes each connection that fails to the console, whatever the page does about it. */
  forgetBrokenConnections(): void {
    const others = this.complaints.filter((text) => !BROKEN.some((kind) => kind.test(text)));
    this.complaints.splice(0, this.complaints.length, ...others);
  }

  /** Pixels by which the page is wider than its window. */
  overhang(): Promise<number> {
    return this.page.evaluate(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
