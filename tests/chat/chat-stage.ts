import { type Chat, type ChatOptions, createChat } from "@encke/example-chat";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { launchChromium } from "../browser/chromium.ts";
import { ChatWindow } from "./chat-window.ts";

/** A browser for all tests of a file, and for each of them a chat with windows on it. */
export class ChatStage {
  readonly #browser: Browser;
  #chat: Chat | undefined;
  #windows: ChatWindow[] = [];

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async open(): Promise<ChatStage> {
    return new ChatStage(await launchChromium());
  }

  async start(options: ChatOptions = {}): Promise<void> {
    this.#chat = await createChat({ host: "127.0.0.1", ...options });
  }

  get port(): number {
    if (this.#chat === undefined) throw new Error("The chat has not been started.");
    return this.#chat.port;
  }

  async stop(): Promise<void> {
    await this.#chat?.close();
    this.#chat = undefined;
  }

  /** A window that shows the login page, with cookies of its own. */
  async window(options: BrowserContextOptions = {}): Promise<ChatWindow> {
    const window = await ChatWindow.open(this.#browser, this.port, options);
    this.#windows.push(window);
    return window;
  }

  async windowOf(name: string, options?: BrowserContextOptions): Promise<ChatWindow> {
    const window = await this.window(options);
    await window.logIn(name);
    await window.seesStatus("Connected");
    return window;
  }

  /** Closes the windows and the chat. Resolves to what the pages complained about in their consoles. */
  async clear(): Promise<string[]> {
    const windows = this.#windows;
    this.#windows = [];
    await Promise.all(windows.map((window) => window.close()));
    await this.stop();
    return windows.flatMap(({ complaints }) => complaints);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
