import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchChromium } from "./chromium.ts";

describe("the Chromium that tests use", () => {
  let folder: string;
  let program: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "encke-chromium-"));
    program = join(folder, "chromium");
    writeFileSync(program, "");
    chmodSync(program, 0o755);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it("is the first one on PATH", () => {
    expect(chromiumPath({ PATH: ["/nowhere", folder].join(delimiter) })).toBe(program);
  });

  it("is CHROMIUM_PATH where that is set", () => {
    expect(chromiumPath({ PATH: "/nowhere", CHROMIUM_PATH: program })).toBe(program);
  });

  it("is asked for by name where it is missing", () => {
    expect(() => chromiumPath({ PATH: "/nowhere" })).toThrow("apt-get install chromium");
    expect(() => chromiumPath({ CHROMIUM_PATH: "/nowhere/x" })).toThrow('"/nowhere/x"');
  });

  it("shows a page", async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.setContent("<h1>here</h1>");
      expect(await page.textContent("h1")).toBe("here");
    } finally {
      await browser.close();
    }
  });
});
