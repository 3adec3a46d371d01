import type { Locator } from "playwright-core";
import { expect } from "vitest";
import { PATIENCE, WatchedWindow } from "../browser/watched-window.ts";

/** The terminal as the one who sits before it sees it. */
export class TerminalWindow extends WatchedWindow {
  /** Fills a template into the editor. */
  async choose(template: string): Promise<void> {
    await this.page.getByRole("button", { name: template, exact: true }).click();
  }

  async write(text: string): Promise<void> {
    await this.page.getByLabel("Messages, as JSON").fill(text);
  }

  written(): Promise<string> {
    return this.page.getByLabel("Messages, as JSON").inputValue();
  }

  async send(): Promise<void> {
    await this.page.getByRole("button", { name: "Send", exact: true }).click();
  }

  /** Sends what a template is, as it is. */
  async sendTemplate(template: string): Promise<void> {
    await this.choose(template);
    await this.send();
  }

  /** Shakes hands, and waits until the client is there. */
  async shakeHands(): Promise<void> {
    await this.sendTemplate("Handshake");
    await this.seesStatus("Not connected");
  }

  async keepConnected(): Promise<void> {
    await this.page.getByLabel("Keep connected").check();
    await this.seesStatus(/^Connected/);
  }

  async seesStatus(text: string | RegExp): Promise<void> {
    await this.page.getByRole("status").filter({ hasText: text }).waitFor();
  }

  frames(direction: "sent" | "received" | "failed"): Locator {
    return this.page.locator(`.frame.${direction}`);
  }

  /** Lines of messages that are shown, of whichever frame. */
  lines(text: string | RegExp): Locator {
    return this.page.locator(".message:visible .line").filter({ hasText: text });
  }

  async sees(direction: "sent" | "received" | "failed", text: string | RegExp): Promise<void> {
    await this.frames(direction).filter({ hasText: text }).first().waitFor();
  }

  /** Waits until these are the channels of the messages that are shown: `>` sent, `<` received. */
  async seesChannels(channels: readonly string[]): Promise<void> {
    await expect.poll(() => this.#channels(), { timeout: PATIENCE }).toEqual(channels);
  }

  async #channels(): Promise<string[]> {
    const shown = await this.page.locator(".frame:visible .message:visible").all();
    return Promise.all(
      shown.map(async (message) => {
        const isSent = await message.locator("xpath=ancestor::li[contains(@class,'sent')]").count();
        return `${isSent > 0 ? ">" : "<"} ${await message.locator(".channel").textContent()}`;
      }),
    );
  }
}
