import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { expect } from "vitest";

const PASSWORDS: Readonly<Record<string, string>> = { ann: "apple", bob: "banana", cleo: "cherry" };
/** Milliseconds after which something that should be seen counts as missing. */
const PATIENCE = 10_000;

/** The chat in a browser window of its own, as the one who sits before it sees it. */
export class ChatWindow {
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

  static async open(
    browser: Browser,
    port: number,
    options: BrowserContextOptions = {},
  ): Promise<ChatWindow> {
    const context = await browser.newContext(options);
    const window = new ChatWindow(await context.newPage());
    await window.page.goto(`http://127.0.0.1:${port}/`);
    return window;
  }

  async logIn(name: string, password: string = PASSWORDS[name] ?? ""): Promise<void> {
    await this.page.getByLabel("Name").fill(name);
    await this.page.getByLabel("Password").fill(password);
    await this.page.getByLabel("Password").press("Enter");
  }

  async say(text: string): Promise<void> {
    await this.page.getByLabel("Message", { exact: true }).fill(text);
    await this.page.getByLabel("Message", { exact: true }).press("Enter");
  }

  async whisper(name: string, text: string): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).click();
    await this.say(text);
  }

  async enter(room: string): Promise<void> {
    await this.page.locator("#rooms").getByRole("button", { name: room }).click();
    await this.sees("heading", room);
  }

  /** Waits until it is shown. */
  async sees(role: "alert" | "heading" | "notice" | "entry", text: string): Promise<void> {
    const shown =
      role === "notice" || role === "entry" ? this.transcript(role) : this.page.getByRole(role);
    await shown.filter({ hasText: text }).first().waitFor();
  }

  /** Bubbles, or notices between them. */
  transcript(kind: "entry" | "notice"): Locator {
    return this.page.locator(`#transcript .${kind}`);
  }

  async seesMembers(...names: readonly string[]): Promise<void> {
    const shown = this.page.locator("#members .member-name");
    await expect.poll(() => shown.allTextContents(), { timeout: PATIENCE }).toEqual(names);
  }

  async seesStatus(text: string): Promise<void> {
    await this.page.getByRole("status").filter({ hasText: text }).waitFor();
  }

  /** Waits until these are the bubbles, and all of them: who and what. */
  async seesConversation(lines: readonly string[]): Promise<void> {
    await expect.poll(() => this.conversation(), { timeout: PATIENCE }).toEqual(lines);
  }

  private async conversation(): Promise<string[]> {
    const entries = await this.transcript("entry").all();
    return Promise.all(entries.map((entry) => lineOf(entry)));
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

async function lineOf(entry: Locator): Promise<string> {
  const heading = await entry.locator(".author").textContent();
  const text = await entry.locator(".text").textContent();
  return `${heading}: ${text}`;
}
