import { expect } from "vitest";
import { PATIENCE, WatchedWindow } from "../browser/watched-window.ts";

export type Figure = "published" | "received" | "conflated" | "waiting";

/** The ticker as the one who sits before it sees it. */
export class TickerWindow extends WatchedWindow {
  async seesStatus(text: string): Promise<void> {
    await this.page.getByRole("status").filter({ hasText: text }).waitFor();
  }

  /** Waits until the card of a stock shows this. */
  async seesOnCard(symbol: string, text: string | RegExp): Promise<void> {
    await this.page
      .locator(".card")
      .filter({ hasText: symbol })
      .filter({ hasText: text })
      .waitFor();
  }

  async choose(symbol: string): Promise<void> {
    await this.page.getByRole("button", { name: symbol }).click();
  }

  async readSlowly(isSlow: boolean): Promise<void> {
    await this.page.getByLabel("Slow reader").setChecked(isSlow);
  }

  /** Dots on the large chart: quotes of the chosen stock that have arrived. */
  dots(): Promise<number> {
    return this.page.locator("#chart .point").count();
  }

  async seesDots(least: number): Promise<void> {
    await expect.poll(() => this.dots(), { timeout: PATIENCE }).toBeGreaterThanOrEqual(least);
  }

  async figure(name: Figure): Promise<number> {
    return Number(await this.page.locator(`#${name}`).textContent());
  }

  async seesFigure(name: Figure, least: number): Promise<void> {
    await expect.poll(() => this.figure(name), { timeout: PATIENCE }).toBeGreaterThanOrEqual(least);
  }
}
