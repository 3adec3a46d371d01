import { describe, expect, it } from "vitest";
import { TRANSPORTS } from "../support/transports.ts";
import { Wire } from "../support/wire.ts";

describe.each(TRANSPORTS)("a shutdown over $name", (transport) => {
  it("S19 answers every held connect within its deadline, whoever is slow", async () => {
    const wire = await Wire.open(transport);
    const pages = await Promise.all(Array.from({ length: 50 }, () => wire.connected()));
    const connects = await Promise.all(pages.map((page) => wire.hold(page)));
    const forever = new Promise<void>(() => undefined);
    wire.comet.onClosing(() => forever);
    const begin = performance.now();
    await wire.comet.close({ deadline: 300 });
    expect(performance.now() - begin).toBeLessThan(1_500);
    for (const [at, page] of pages.entries()) {
      const [reply] = await page.replies(connects[at] as string);
      expect(reply?.advice?.reconnect).toBe("retry");
    }
    expect(wire.comet.stats()).toMatchObject({ held: 0, clients: 0, timers: 0 });
  });
});
