import type { Locator } from "playwright-core";
import { expect } from "vitest";
import { PATIENCE, WatchedWindow } from "../browser/watched-window.ts";

const PASSWORDS: Readonly<Record<string, string>> = { ann: "apple", bob: "banana", cleo: "cherry" };

/** The chat as the one who sits before it sees it. */
export class ChatWindow extends WatchedWindow {
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

  /** Waits until it is there so many times, and not more often. */
  async seesTimes(kind: "entry" | "notice", text: string, times: number): Promise<void> {
    const shown = this.transcript(kind).filter({ hasText: text });
    await expect.poll(() => shown.count(), { timeout: PATIENCE }).toBe(times);
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
}

async function lineOf(entry: Locator): Promise<string> {
  const heading = await entry.locator(".author").textContent();
  const text = await entry.locator(".text").textContent();
  return `${heading}: ${text}`;
}
