import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ChatStage } from "./chat-stage.ts";
import type { ChatWindow } from "./chat-window.ts";

const PHONE = { viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true };
const DESKTOP = { viewport: { width: 1100, height: 720 } };
/** Not under version control; to be looked at. */
const PICTURES = fileURLToPath(new URL("../../.reports/chat", import.meta.url));

describe("the look of the chat", { timeout: 60_000 }, () => {
  const stage = new ChatStage().set();

  it.each(["light", "dark"] as const)("fits a desktop, %s", async (colorScheme) => {
    await stage.start();
    const ann = await stage.windowOf("ann", { ...DESKTOP, colorScheme });
    await converse(ann);
    await ann.page.screenshot({ path: `${PICTURES}/desktop-${colorScheme}.png` });
    expect(await ann.overhang()).toBe(0);
    expect(await ann.page.locator("#sidebar").isVisible()).toBe(true);
  });

  it("fits a phone: nothing is wider than the screen", async () => {
    await stage.start();
    const ann = await stage.window(PHONE);
    await ann.page.screenshot({ path: `${PICTURES}/phone-login.png`, fullPage: true });
    expect(await ann.overhang()).toBe(0);
    await ann.logIn("ann");
    await ann.seesStatus("Connected");
    await converse(ann);
    await ann.say("w".repeat(300));
    await ann.sees("entry", "w".repeat(300));
    await ann.page.screenshot({ path: `${PICTURES}/phone.png` });
    expect(await ann.overhang()).toBe(0);
  });

  it("keeps rooms and people in a drawer on a phone", async () => {
    await stage.start();
    const ann = await stage.windowOf("ann", PHONE);
    const sidebar = ann.page.locator("#sidebar");
    const button = ann.page.getByRole("button", { name: "Rooms", exact: true });
    expect(await sidebar.isVisible()).toBe(false);
    await button.click();
    await ann.page.screenshot({ path: `${PICTURES}/phone-drawer.png` });
    expect(await ann.overhang()).toBe(0);
    await ann.enter("garden");
    expect(await sidebar.isVisible()).toBe(false);
    await button.click();
    await ann.page.keyboard.press("Escape");
    expect(await sidebar.isVisible()).toBe(false);
  });

  it("can be used by keyboard alone", async () => {
    await stage.start();
    const ann = await stage.window(DESKTOP);
    const { keyboard } = ann.page;
    await keyboard.type("ann");
    await keyboard.press("Tab");
    await keyboard.type("apple");
    await keyboard.press("Enter");
    await ann.seesStatus("Connected");
    await keyboard.type("typed at once");
    await keyboard.press("Enter");
    await ann.sees("entry", "typed at once");
    expect(await ann.page.evaluate("document.activeElement.id")).toBe("text");
  });

  /** Says something of each kind. */
  async function converse(ann: ChatWindow): Promise<void> {
    const bob = await stage.windowOf("bob");
    const cleo = await stage.windowOf("cleo");
    await ann.seesMembers("ann (you)", "bob", "cleo");
    await bob.say("Good morning! Has anybody seen the comet yet?");
    await ann.sees("entry", "Good morning!");
    await ann.say("Not yet. It should be low in the east before sunrise, if the sky stays clear.");
    await cleo.sees("entry", "Not yet");
    await cleo.say("I will bring the telescope.");
    await bob.whisper("ann", "she says that every time");
    await ann.sees("entry", "every time");
    await ann.say("what the heck");
    await ann.sees("entry", "That was not sent.");
    await ann.sees("notice", "held back");
  }
});
