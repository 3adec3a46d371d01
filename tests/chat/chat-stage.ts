import { type Chat, type ChatOptions, createChat } from "@encke/example-chat";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { launchChromium } from "../browser/chromium.ts";
import { ChatWindow } from "./chat-window.ts";

/**
 * A stage for the tests of a describe block. After each of them it is cleared, and no page may have complained
 * about anything in its console.
 */
export function setChatStage(): ChatStage {
  const stage = new ChatStage();
  beforeAll(() => stage.open());
  afterEach(async () => {
    expect(await stage.clear()).toEqual([]);
  });
  afterAll(() => stage.close());
  return stage;
}

/** A browser for all tests, and for each of them a chat with windows on it. */
class ChatStage {
  #browser: Browser | undefined;
  #chat: Chat | undefined;
  #windows: ChatWindow[] = [];

  async open(): Promise<void> {
    this.#browser = await launchChromium();
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
    if (this.#browser === undefined) throw new Error("The stage has not been opened.");
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
    await this.#browser?.close();
  }
}
