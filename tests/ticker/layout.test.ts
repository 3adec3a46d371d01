import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { TickerStage } from "./ticker-stage.ts";

const PHONE = { viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true };
const DESKTOP = { viewport: { width: 1200, height: 760 } };
/** Not under version control; to be looked at. */
const PICTURES = fileURLToPath(new URL("../../.reports/ticker", import.meta.url));

describe("the look of the ticker", { timeout: 60_000 }, () => {
  const stage = new TickerStage().set();

  it.each(["light", "dark"] as const)("fits a desktop, %s", async (colorScheme) => {
    await stage.start({ every: 100 });
    const window = await stage.window({ ...DESKTOP, colorScheme });
    await window.seesDots(15);
    await window.page.screenshot({ path: `${PICTURES}/desktop-${colorScheme}.png` });
    expect(await window.overhang()).toBe(0);
  });

  it("fits a phone: nothing is wider than the screen", async () => {
    await stage.start({ every: 100 });
    const window = await stage.window(PHONE);
    await window.seesDots(15);
    await window.readSlowly(true);
    await window.page.locator("#reading").filter({ hasText: "every three seconds" }).waitFor();
    await window.page.screenshot({ path: `${PICTURES}/phone.png`, fullPage: true });
    expect(await window.overhang()).toBe(0);
  });

  it("can be used by keyboard alone", async () => {
    await stage.start({ every: 100 });
    const window = await stage.window(DESKTOP);
    const { keyboard } = window.page;
    await window.seesStatus("Connected");
    await keyboard.press("Tab");
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await window.page.locator("#chart-name").filter({ hasText: "HALY" }).waitFor();
    for (const _ of [1, 2, 3, 4]) await keyboard.press("Tab");
    await keyboard.press("Space");
    await window.page.locator("#reading").filter({ hasText: "every three seconds" }).waitFor();
  });
});
