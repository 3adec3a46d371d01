import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { TerminalStage } from "./terminal-stage.ts";
import type { TerminalWindow } from "./terminal-window.ts";

const PHONE = { viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true };
const DESKTOP = { viewport: { width: 1200, height: 760 } };
/** Not under version control; to be looked at. */
const PICTURES = fileURLToPath(new URL("../../.reports/terminal", import.meta.url));

describe("the look of the terminal", { timeout: 60_000 }, () => {
  const stage = new TerminalStage().set();

  it.each(["light", "dark"] as const)("fits a desktop, %s", async (colorScheme) => {
    await stage.start();
    const window = await stage.window({ ...DESKTOP, colorScheme });
    await converse(window);
    await window.page.screenshot({ path: `${PICTURES}/desktop-${colorScheme}.png` });
    expect(await window.overhang()).toBe(0);
  });

  it("fits a phone: nothing is wider than the screen", async () => {
    await stage.start();
    const window = await stage.window(PHONE);
    await window.page.screenshot({ path: `${PICTURES}/phone-empty.png`, fullPage: true });
    await converse(window);
    await window.page.screenshot({ path: `${PICTURES}/phone.png`, fullPage: true });
    expect(await window.overhang()).toBe(0);
  });

  it("can be used by keyboard alone", async () => {
    await stage.start();
    const window = await stage.window(DESKTOP);
    const { keyboard } = window.page;
    await window.page.getByLabel("Messages, as JSON").focus();
    await keyboard.press("Control+Enter");
    await window.sees("received", "/meta/handshake");
    await window.page.locator("#frames").focus();
    for (const _ of [1, 2, 3]) await keyboard.press("Tab");
    await keyboard.press("Enter");
    await window.page.locator(".message[open]").first().waitFor();
  });
});

/** Something of each kind. */
async function converse(window: TerminalWindow): Promise<void> {
  await window.keepConnected();
  await window.sendTemplate("Batch");
  await window.lines("/service/echo").nth(1).waitFor();
  await window.choose("Publish");
  const publish = await window.written();
  await window.write(publish.replace("/notes/today", "/quiet/place"));
  await window.send();
  await window.lines("Nobody speaks here").waitFor();
  await window.write(publish.replace("Hello", "w".repeat(300)));
  await window.send();
  await window.lines("/notes/today").nth(4).waitFor();
  await window.lines("/service/echo").nth(1).click();
}
